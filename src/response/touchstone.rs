//! The text of a Touchstone file, versions 1 and 2: scattering parameters only.
//!
//! A file is read in one pass over its bytes. Nothing is allocated from what it claims about
//! itself, only from what it contains, and every error names its line. Parsing starts at
//! [`Network::parse`](super::Network::parse) and [`Network::read`](super::Network::read).
//!
//! # References
//! *Touchstone File Format Specification*, version 2.1, IBIS Open Forum (2024).

mod header;
#[cfg(test)]
mod tests;

use num_complex::Complex64;

use crate::{Error, Result};
use header::{Format, Header, Matrix};

/// The most ports that are read.
pub const MAX_PORTS: usize = 8;

/// What a file contains.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) ports: usize,
    pub(super) frequency: Vec<f64>,
    pub(super) reference: Vec<f64>,
    /// Matrices one after the other, each row after row.
    pub(super) s: Vec<Complex64>,
}

/// Reads a file's bytes; `ports` is what its name says, which version 1 needs.
pub(super) fn parse(bytes: &[u8], ports: Option<usize>) -> Result<Content> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = Reader::Header(Header::new(ports)?);
    for (index, line) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let code = line.split(|&byte| byte == b'!').next().unwrap_or_default().trim_ascii();
        if code.is_empty() {
            continue;
        }
        reader = reader.line(code, index + 1)?;
        if matches!(reader, Reader::End(_)) {
            break;
        }
    }
    reader.finish()
}

/// Where in the file the reader is.
enum Reader {
    Header(Header),
    Data(Records),
    /// Noise parameters, which are skipped.
    Noise(Records),
    End(Records),
}

impl Reader {
    fn line(self, code: &[u8], number: usize) -> Result<Self> {
        let here = |error: Error| error.at_line(number);
        match self {
            Self::Header(mut header) => {
                if header.takes(code).map_err(here)? {
                    return Ok(Self::Header(header));
                }
                let records = Records::new(header).map_err(here)?;
                // Version 2 announces its data; version 1 just starts.
                if records.header.version_2 {
                    return Ok(Self::Data(records));
                }
                Self::Data(records).line(code, number)
            }
            Self::Data(mut records) => {
                if let Some((name, _)) = header::keyword(code).map_err(here)? {
                    return match name.as_str() {
                        "noise data" => Ok(Self::Noise(records)),
                        "end" => Ok(Self::End(records)),
                        _ => Err(here(Error::data(format!("[{name}] may not follow the data")))),
                    };
                }
                // Only the first option line counts.
                if code.starts_with(b"#") {
                    return Ok(Self::Data(records));
                }
                if records.take(code, number)? {
                    return Ok(Self::Data(records));
                }
                Ok(Self::Noise(records))
            }
            Self::Noise(records) => match header::keyword(code).map_err(here)? {
                Some((name, _)) if name == "end" => Ok(Self::End(records)),
                _ => Ok(Self::Noise(records)),
            },
            Self::End(records) => Ok(Self::End(records)),
        }
    }

    fn finish(self) -> Result<Content> {
        match self {
            Self::Header(_) => Err(Error::data("the file holds no data")),
            Self::Data(records) | Self::Noise(records) | Self::End(records) => records.finish(),
        }
    }
}

/// The data, record by record: a frequency and a matrix.
struct Records {
    header: Header,
    ports: usize,
    /// Numbers in a record.
    width: usize,
    /// The record that is being read, and the line that it began at.
    record: Vec<f64>,
    began: usize,
    frequency: Vec<f64>,
    s: Vec<Complex64>,
}

impl Records {
    fn new(header: Header) -> Result<Self> {
        let ports = header.complete()?;
        let pairs = match header.matrix {
            Matrix::Full => ports * ports,
            Matrix::Lower | Matrix::Upper => ports * (ports + 1) / 2,
        };
        Ok(Self {
            header,
            ports,
            width: 1 + 2 * pairs,
            record: Vec::with_capacity(1 + 2 * pairs),
            began: 0,
            frequency: Vec::new(),
            s: Vec::new(),
        })
    }

    /// Takes a line of numbers; returns whether it was data, not the first line of noise.
    fn take(&mut self, code: &[u8], number: usize) -> Result<bool> {
        let here = |error: Error| error.at_line(number);
        let before = self.record.len();
        let mut count = 0;
        for token in code.split(u8::is_ascii_whitespace).filter(|token| !token.is_empty()) {
            let value = header::number(token).map_err(here)?;
            if self.record.len() < self.width {
                self.record.push(value);
            }
            count += 1;
        }
        if before == 0 {
            self.began = number;
            if self.is_noise(count) {
                self.record.clear();
                return Ok(false);
            }
            if count % 2 == 0 {
                return Err(here(Error::data(format!(
                    "a record starts with a frequency and whole pairs of numbers, but the line \
                     has {count} numbers"
                ))));
            }
        } else if count % 2 == 1 {
            return Err(here(self.incomplete(before)));
        }
        if before + count > self.width {
            return Err(here(Error::data(format!(
                "{} numbers, but a record of {} ports has {}",
                before + count,
                self.ports,
                self.width
            ))));
        }
        if self.record.len() == self.width {
            self.commit()?;
            self.record.clear();
        }
        Ok(true)
    }

    /// Version 1 marks the noise parameters of a two-port by a frequency that does not rise.
    fn is_noise(&self, count: usize) -> bool {
        let last = self.frequency.last();
        !self.header.version_2
            && self.ports == 2
            && count == 5
            && last.is_some_and(|&last| self.record[0] * self.header.option().hz <= last)
    }

    fn incomplete(&self, have: usize) -> Error {
        Error::data(format!(
            "the record of line {} ends after {have} of its {} numbers",
            self.began, self.width
        ))
    }

    fn commit(&mut self) -> Result<()> {
        let option = self.header.option();
        let hz = self.record[0] * option.hz;
        if !(hz.is_finite() && hz >= 0.0) {
            let message = format!("a frequency of {hz} Hz, but it must be 0 Hz or more");
            return Err(Error::data(message).at_line(self.began));
        }
        if let Some(&last) = self.frequency.last().filter(|&&last| last >= hz) {
            let message = format!("the frequency {hz} Hz does not rise above {last} Hz before it");
            return Err(Error::data(message).at_line(self.began));
        }
        self.frequency.push(hz);
        let start = self.s.len();
        let n = self.ports;
        self.s.resize(start + n * n, Complex64::ZERO);
        let matrix = &mut self.s[start..];
        let pairs = self.record[1..].chunks_exact(2);
        let values = pairs.map(|pair| option.format.value(pair[0], pair[1]));
        match self.header.matrix {
            Matrix::Full => matrix.iter_mut().zip(values).for_each(|(to, value)| *to = value),
            Matrix::Lower => {
                let places = (0..n).flat_map(|i| (0..=i).map(move |j| (i, j)));
                places.zip(values).for_each(|((i, j), value)| {
                    matrix[i * n + j] = value;
                    matrix[j * n + i] = value;
                });
            }
            Matrix::Upper => {
                let places = (0..n).flat_map(|i| (i..n).map(move |j| (i, j)));
                places.zip(values).for_each(|((i, j), value)| {
                    matrix[i * n + j] = value;
                    matrix[j * n + i] = value;
                });
            }
        }
        if self.header.column_first() {
            matrix.swap(1, 2);
        }
        if matrix.iter().all(|value| value.is_finite()) {
            return Ok(());
        }
        Err(Error::data("a parameter is too large to be a number").at_line(self.began))
    }

    fn finish(self) -> Result<Content> {
        if !self.record.is_empty() {
            return Err(self.incomplete(self.record.len()).at_line(self.began));
        }
        let points = self.frequency.len();
        if let Some(claimed) = self.header.claimed.filter(|&claimed| claimed != points as u64) {
            return Err(Error::data(format!(
                "[Number of Frequencies] is {claimed}, but the file has {points}"
            )));
        }
        match self.frequency.last() {
            None => return Err(Error::data("the file holds no data")),
            Some(&last) if last <= 0.0 => {
                return Err(Error::data("the only frequency is 0 Hz"));
            }
            Some(_) => {}
        }
        let reference = self.header.references(self.ports);
        Ok(Content { ports: self.ports, frequency: self.frequency, reference, s: self.s })
    }
}

impl Format {
    fn value(self, first: f64, second: f64) -> Complex64 {
        match self {
            Self::RealImaginary => Complex64::new(first, second),
            Self::MagnitudeAngle => Complex64::from_polar(first, second.to_radians()),
            Self::DecibelAngle => {
                Complex64::from_polar(10f64.powf(first / 20.0), second.to_radians())
            }
        }
    }
}
