//! How the symbols of codewords lie on a lane.

use super::{Outer, SYMBOL_BITS};
use crate::unit::check;
use crate::{Error, Result};

/// The way of a group of codewords onto its lanes.
///
/// A group is `codewords` codewords that are sent together. Each lane carries an equal part of
/// every one of them: its *segment* of the group. On a lane there are `streams` streams of ten-bit
/// symbols, multiplexed bit by bit; one stream alone is symbol multiplexing. Ten bits of each
/// stream are a *row*.
///
/// # Formula
/// Stream `s` of row `r` belongs to codeword `(s + r) mod codewords`: codewords take turns along a
/// stream and across the streams, as in the checkerboard of the standard.
///
/// | Link | codewords | streams | lanes |
/// |---|---|---|---|
/// | 100GBASE-DR1 | 1 | 4 | 1 |
/// | 400GBASE-DR4 | 2 | 4 | 4 |
/// | 800GBASE-DR8 | 4 | 4 | 8 |
/// | 800GBASE-DR4 | 4 | 1 | 4 |
///
/// # Assumptions
/// The streams of a lane are aligned. Skew between them moves the ends of their symbols against
/// each other, and leaves what a burst hits much as it is.
///
/// # References
/// IEEE 802.3, 119.2.4.7 (codewords in turn) and 120.5.2 (bit multiplexing); 802.3dj, clause 176
/// (symbol multiplexing).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    outer: Outer,
    codewords: usize,
    streams: usize,
    lanes: usize,
}

/// A bit's place in its group of codewords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which codeword of the group.
    pub codeword: usize,
    /// Which symbol of the codeword.
    pub symbol: usize,
    /// Which bit of the symbol.
    pub bit: usize,
}

impl Layout {
    /// A layout of `codewords` codewords over `lanes` lanes of `streams` streams.
    ///
    /// # Errors
    /// If a count is zero or too large, or the codewords do not divide evenly.
    pub fn new(outer: Outer, codewords: usize, streams: usize, lanes: usize) -> Result<Self> {
        check::count("codewords-interleaved", codewords, &(1..=64))?;
        check::count("streams", streams, &(1..=8))?;
        check::count("lanes", lanes, &(1..=outer.length()))?;
        if !outer.length().is_multiple_of(lanes) {
            let expected = format!("a divisor of the {} symbols of a codeword", outer.length());
            return Err(Error::parameter("lanes", lanes, expected));
        }
        let share = outer.length() / lanes;
        let (fits, turns) = if streams < codewords {
            (codewords.is_multiple_of(streams), streams)
        } else {
            (streams.is_multiple_of(codewords), streams / codewords)
        };
        if !fits {
            let expected = format!("a divisor or a multiple of the {codewords} codewords");
            return Err(Error::parameter("streams", streams, expected));
        }
        if !share.is_multiple_of(turns) {
            let expected = format!("a divisor of the {share} symbols of a codeword on a lane");
            return Err(Error::parameter("streams", streams, expected));
        }
        Ok(Self { outer, codewords, streams, lanes })
    }

    /// The code.
    pub fn outer(&self) -> Outer {
        self.outer
    }

    /// Codewords of a group.
    pub fn codewords(&self) -> usize {
        self.codewords
    }

    /// Streams that are multiplexed bit by bit onto a lane.
    pub fn streams(&self) -> usize {
        self.streams
    }

    /// Lanes that share a group.
    pub fn lanes(&self) -> usize {
        self.lanes
    }

    /// Rows of a segment.
    pub fn rows(&self) -> usize {
        self.outer.length() / self.lanes * self.codewords / self.streams
    }

    /// Bits of a segment, what one lane carries of a group.
    pub fn segment_bits(&self) -> usize {
        self.rows() * self.streams * SYMBOL_BITS
    }

    /// The place of bit `bit` of a lane's segment.
    pub fn locate(&self, lane: usize, bit: usize) -> Place {
        let (stream, along) = (bit % self.streams, bit / self.streams);
        let row = along / SYMBOL_BITS;
        let turn = if self.streams < self.codewords {
            row / self.codewords * self.streams + stream
        } else {
            row * (self.streams / self.codewords) + stream / self.codewords
        };
        Place {
            codeword: (stream + row) % self.codewords,
            symbol: turn * self.lanes + lane,
            bit: along % SYMBOL_BITS,
        }
    }

    /// The streams that carry the first codeword of a group in row `row`.
    pub(super) fn streams_of_first(&self, row: usize) -> impl Iterator<Item = usize> {
        let codewords = self.codewords;
        (0..self.streams).filter(move |stream| (stream + row).is_multiple_of(codewords))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYOUTS: [(Outer, usize, usize, usize); 10] = [
        (Outer::Kp4, 1, 1, 1),
        (Outer::Kp4, 1, 4, 1),
        (Outer::Kp4, 2, 2, 4),
        (Outer::Kp4, 2, 4, 4),
        (Outer::Kp4, 4, 4, 8),
        (Outer::Kp4, 4, 2, 8),
        (Outer::Kp4, 4, 1, 4),
        (Outer::Kp4, 12, 1, 1),
        (Outer::Kr4, 1, 1, 4),
        (Outer::Kr4, 2, 8, 2),
    ];

    #[test]
    fn every_bit_of_a_group_has_a_place_of_its_own() {
        for (outer, codewords, streams, lanes) in LAYOUTS {
            let layout = Layout::new(outer, codewords, streams, lanes).unwrap();
            let bits = codewords * outer.length() * SYMBOL_BITS;
            assert_eq!(layout.segment_bits() * lanes, bits);
            let mut seen = vec![false; bits];
            for lane in 0..lanes {
                for bit in 0..layout.segment_bits() {
                    let place = layout.locate(lane, bit);
                    let symbol = place.codeword * outer.length() + place.symbol;
                    let slot = &mut seen[symbol * SYMBOL_BITS + place.bit];
                    assert!(!std::mem::replace(slot, true), "{layout:?}: {place:?} twice");
                }
            }
        }
    }

    #[test]
    fn the_first_codeword_is_where_its_bits_are() {
        for (outer, codewords, streams, lanes) in LAYOUTS {
            let layout = Layout::new(outer, codewords, streams, lanes).unwrap();
            for row in 0..layout.rows() {
                let first: Vec<usize> = (0..streams)
                    .filter(|s| layout.locate(0, row * streams * SYMBOL_BITS + s).codeword == 0)
                    .collect();
                assert_eq!(layout.streams_of_first(row).collect::<Vec<_>>(), first);
            }
        }
    }

    #[test]
    fn codewords_take_turns() {
        let layout = Layout::new(Outer::Kp4, 2, 1, 1).unwrap();
        let codeword = |bit| layout.locate(0, bit).codeword;
        assert_eq!([0, 9, 10, 19, 20].map(codeword), [0, 0, 1, 1, 0]);
        let layout = Layout::new(Outer::Kp4, 2, 4, 4).unwrap();
        let codeword = |bit| layout.locate(0, bit).codeword;
        assert_eq!([0, 1, 2, 3, 4, 39, 40, 41].map(codeword), [0, 1, 0, 1, 0, 1, 1, 0]);
    }

    #[test]
    fn codewords_that_do_not_divide_are_refused() {
        for (codewords, streams, lanes) in [(0, 1, 1), (1, 0, 1), (1, 1, 0), (1, 1, 3), (4, 3, 1)] {
            assert!(Layout::new(Outer::Kp4, codewords, streams, lanes).is_err());
        }
        // 17 symbols a lane do not go into two streams of one codeword.
        assert!(Layout::new(Outer::Kp4, 1, 2, 32).is_err());
    }
}
