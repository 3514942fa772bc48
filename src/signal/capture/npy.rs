//! Reading arrays in the NumPy format, versions 1 to 3.
//!
//! # References
//! NumPy Enhancement Proposal 1, *A simple file format for NumPy arrays* (2007).

use crate::{Error, Result};

/// What every file begins with.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header of a file says.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    kind: Kind,
    count: usize,
    /// Bytes ahead of the numbers.
    start: usize,
}

/// The form of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Float(usize),
    Signed(usize),
    Unsigned(usize),
}

impl Kind {
    fn parse(text: &str) -> Result<Self> {
        let unknown = || {
            Error::unsupported(format!(
                "numbers are of type `{text}`, but little-endian f4, f8, i1, i2, i4, i8, u1, u2, u4 \
                 or u8 are read"
            ))
        };
        let (order, rest) = text.split_at_checked(1).ok_or_else(unknown)?;
        let (kind, size) = rest.split_at_checked(1).ok_or_else(unknown)?;
        let size: usize = size.parse().map_err(|_| unknown())?;
        if order != "<" && !(order == "|" && size == 1) {
            return Err(unknown());
        }
        match (kind, size) {
            ("f", 4 | 8) => Ok(Self::Float(size)),
            ("i", 1 | 2 | 4 | 8) => Ok(Self::Signed(size)),
            ("u", 1 | 2 | 4 | 8) => Ok(Self::Unsigned(size)),
            _ => Err(unknown()),
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Float(size) | Self::Signed(size) | Self::Unsigned(size) => size,
        }
    }

    fn value(self, bytes: &[u8]) -> f64 {
        let mut wide = [0; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        let bits = u64::from_le_bytes(wide);
        match self {
            Self::Float(4) => f64::from(f32::from_bits(bits as u32)),
            Self::Float(_) => f64::from_bits(bits),
            Self::Unsigned(_) => bits as f64,
            Self::Signed(size) => {
                let unused = 64 - 8 * size;
                ((bits << unused) as i64 >> unused) as f64
            }
        }
    }
}

/// The numbers of a file with one row or column.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<f64>> {
    let header = header(bytes)?;
    let data = &bytes[header.start..];
    let size = header.kind.size();
    if header.count.checked_mul(size) != Some(data.len()) {
        return Err(Error::data(format!(
            "the header promises {} numbers of {size} bytes, but {} bytes follow it",
            header.count,
            data.len()
        )));
    }
    Ok(data.chunks_exact(size).map(|chunk| header.kind.value(chunk)).collect())
}

fn header(bytes: &[u8]) -> Result<Header> {
    let short = || Error::data("the file ends within its header");
    let version = *bytes.get(MAGIC.len()).ok_or_else(short)?;
    let rest = bytes.get(MAGIC.len() + 2..).ok_or_else(short)?;
    let width = match version {
        1 => 2,
        2 | 3 => 4,
        _ => return Err(Error::unsupported(format!("version {version} of .npy is not read"))),
    };
    let field = rest.get(..width).ok_or_else(short)?;
    let length = field.iter().rev().fold(0, |length, &byte| length << 8 | usize::from(byte));
    let text = rest[width..].get(..length).ok_or_else(short)?;
    let text = std::str::from_utf8(text).map_err(|_| Error::data("the header is not text"))?;

    let kind = Kind::parse(quoted(entry(text, "descr")?)?)?;
    let shape = entry(text, "shape")?;
    let shape = shape.strip_prefix('(').and_then(|shape| shape.split_once(')'));
    let (shape, _) = shape.ok_or_else(|| Error::data("`shape` of the header is not a tuple"))?;
    let mut count = 1;
    let mut long = 0;
    for side in shape.split(',').map(str::trim).filter(|side| !side.is_empty()) {
        let side: usize = side
            .parse()
            .map_err(|_| Error::data(format!("`{side}` in the shape is not a whole number")))?;
        long += usize::from(side > 1);
        count *= side;
        if long > 1 {
            let message =
                format!("the array has the shape ({shape}), but one row or column is read");
            return Err(Error::unsupported(message));
        }
    }
    Ok(Header { kind, count, start: MAGIC.len() + 2 + width + length })
}

/// What follows a key of the header's dictionary.
fn entry<'a>(text: &'a str, key: &str) -> Result<&'a str> {
    let place = [format!("'{key}'"), format!("\"{key}\"")]
        .into_iter()
        .find_map(|quoted| text.find(&quoted).map(|at| at + quoted.len()));
    place
        .and_then(|at| text[at..].trim_start().strip_prefix(':'))
        .map(str::trim_start)
        .ok_or_else(|| Error::data(format!("the header has no `{key}`")))
}

fn quoted(text: &str) -> Result<&str> {
    let inner = |quote| text.strip_prefix(quote)?.split_once(quote).map(|(inner, _)| inner);
    inner('\'').or_else(|| inner('"')).ok_or_else(|| {
        Error::unsupported("the array is one of records, but plain numbers are read")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(version: u8, dictionary: &str, data: &[u8]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([version, 0]);
        let length = dictionary.len() as u32;
        let width = if version == 1 { 2 } else { 4 };
        bytes.extend(&length.to_le_bytes()[..width]);
        bytes.extend(dictionary.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn header(kind: &str, shape: &str) -> String {
        format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n")
    }

    #[test]
    fn every_form_of_number_is_read() {
        let cases: [(&str, &[u8], f64); 10] = [
            ("<f8", &(-2.5f64).to_le_bytes(), -2.5),
            ("<f4", &0.25f32.to_le_bytes(), 0.25),
            ("|i1", &[0xFE], -2.0),
            ("|u1", &[0xFE], 254.0),
            ("<i2", &(-300i16).to_le_bytes(), -300.0),
            ("<u2", &60_000u16.to_le_bytes(), 60_000.0),
            ("<i4", &(-70_000i32).to_le_bytes(), -70_000.0),
            ("<u4", &4_000_000_000u32.to_le_bytes(), 4e9),
            ("<i8", &(-5_000_000_000i64).to_le_bytes(), -5e9),
            ("<u8", &5_000_000_000u64.to_le_bytes(), 5e9),
        ];
        for (kind, data, expected) in cases {
            for version in 1..=3 {
                let bytes = file(version, &header(kind, "(1,)"), data);
                assert_eq!(parse(&bytes).unwrap(), [expected], "{kind}");
            }
        }
        assert_eq!(parse(&file(1, &header("|u1", "(3, 1)"), &[1, 2, 3])).unwrap(), [1.0, 2.0, 3.0]);
    }

    #[test]
    fn wrong_files_say_what_is_wrong() {
        let cases = [
            (file(1, &header(">f8", "(1,)"), &[0; 8]), "`>f8`"),
            (file(1, &header("<c16", "(1,)"), &[0; 16]), "`<c16`"),
            (file(1, &header("<f8", "(2,)"), &[0; 8]), "promises 2 numbers"),
            (file(1, &header("<f8", "(2, 2)"), &[0; 32]), "one row or column"),
            (file(4, &header("<f8", "(1,)"), &[0; 8]), "version 4"),
            (file(1, "{'shape': (1,)}", &[0; 8]), "no `descr`"),
            (file(1, "{'descr': [('a', '<f8')], 'shape': (1,)}", &[0; 8]), "records"),
            (file(1, "{'descr': '<f8', 'shape': 3}", &[0; 8]), "not a tuple"),
            (file(1, &header("<f8", "(x,)"), &[0; 8]), "`x`"),
            (b"\x93NUMPY\x01".to_vec(), "ends within"),
            (b"\x93NUMPY\x01\x00\xff\xff{}".to_vec(), "ends within"),
        ];
        for (bytes, expected) in cases {
            let message = parse(&bytes).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
        let huge = file(1, &header("<f8", "(18446744073709551615,)"), &[0; 8]);
        assert!(parse(&huge).is_err());
    }
}
