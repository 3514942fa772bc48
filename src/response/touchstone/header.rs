//! What a Touchstone file says before its data: the option line, and the keywords of version 2.

use super::MAX_PORTS;
use crate::{Error, Result};

/// How a pair of numbers gives a complex one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Format {
    RealImaginary,
    MagnitudeAngle,
    DecibelAngle,
}

/// Which part of each matrix the file holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Matrix {
    Full,
    Lower,
    Upper,
}

/// The option line, `# GHz S MA R 50` where it says nothing else.
#[derive(Clone, Copy, Debug)]
pub(super) struct OptionLine {
    /// Hertz in a unit of frequency.
    pub(super) hz: f64,
    pub(super) format: Format,
    reference_ohm: f64,
}

const DEFAULT: OptionLine =
    OptionLine { hz: 1e9, format: Format::MagnitudeAngle, reference_ohm: 50.0 };

/// Everything before the data.
pub(super) struct Header {
    pub(super) version_2: bool,
    pub(super) matrix: Matrix,
    /// [Number of Frequencies], which is only compared with what the file holds.
    pub(super) claimed: Option<u64>,
    option: Option<OptionLine>,
    /// From the file's name, and from [Number of Ports].
    named_ports: Option<usize>,
    ports: Option<usize>,
    /// Whether `S12` comes before `S21`.
    row_first: Option<bool>,
    reference: Vec<f64>,
    awaits_reference: bool,
    in_information: bool,
}

impl Header {
    pub(super) fn new(named_ports: Option<usize>) -> Result<Self> {
        named_ports.map_or(Ok(()), check_ports)?;
        Ok(Self {
            version_2: false,
            matrix: Matrix::Full,
            claimed: None,
            option: None,
            named_ports,
            ports: None,
            row_first: None,
            reference: Vec::new(),
            awaits_reference: false,
            in_information: false,
        })
    }

    /// Takes a line; returns false at the first line that belongs to the data.
    pub(super) fn takes(&mut self, code: &[u8]) -> Result<bool> {
        if self.in_information {
            self.in_information = !code.eq_ignore_ascii_case(b"[End Information]");
            return Ok(true);
        }
        if let Some(rest) = code.strip_prefix(b"#") {
            if self.option.is_none() {
                self.option = Some(option_line(rest)?);
            }
            return Ok(true);
        }
        if let Some((name, value)) = keyword(code)? {
            self.awaits_reference = false;
            return self.keyword(&name, value);
        }
        if self.awaits_reference {
            self.references_from(code)?;
            return Ok(true);
        }
        if self.version_2 {
            return Err(Error::data("numbers before [Network Data]"));
        }
        Ok(false)
    }

    fn keyword(&mut self, name: &str, value: &[u8]) -> Result<bool> {
        let word = || String::from_utf8_lossy(value).trim().to_ascii_lowercase();
        let unknown = |expected: &str| {
            Error::data(format!("[{name}] is `{}`, but must be {expected}", shown(value)))
        };
        if name == "version" {
            self.version_2 = word().starts_with("2.");
            return if self.version_2 { Ok(true) } else { Err(unknown("2.0 or 2.1")) };
        }
        if !self.version_2 {
            return Err(Error::data(format!("[{name}] needs [Version] 2.0 before it")));
        }
        match name {
            "number of ports" => {
                let ports = word().parse().map_err(|_| unknown("a whole number"))?;
                check_ports(ports)?;
                if let Some(named) = self.named_ports.filter(|&named| named != ports) {
                    return Err(Error::data(format!(
                        "[Number of Ports] is {ports}, but the file's name says {named}"
                    )));
                }
                self.ports = Some(ports);
            }
            "number of frequencies" => {
                self.claimed = Some(word().parse().map_err(|_| unknown("a whole number"))?);
            }
            "two-port data order" => {
                self.row_first = Some(match word().as_str() {
                    "12_21" => true,
                    "21_12" => false,
                    _ => return Err(unknown("12_21 or 21_12")),
                });
            }
            "matrix format" => {
                self.matrix = match word().as_str() {
                    "full" => Matrix::Full,
                    "lower" => Matrix::Lower,
                    "upper" => Matrix::Upper,
                    _ => return Err(unknown("Full, Lower or Upper")),
                };
            }
            "reference" => {
                self.awaits_reference = true;
                self.references_from(value)?;
            }
            "mixed-mode order" | "mixed-mode data" => {
                return Err(Error::data(
                    "[Mixed-Mode Order]: mixed-mode data is not read, only that of single ports",
                ));
            }
            "begin information" => self.in_information = true,
            "number of noise frequencies" => {}
            "network data" => return Ok(false),
            "noise data" | "end" => return Err(Error::data(format!("[{name}] before any data"))),
            _ => return Err(Error::data(format!("the keyword [{name}] is unknown"))),
        }
        Ok(true)
    }

    fn references_from(&mut self, code: &[u8]) -> Result<()> {
        for token in code.split(u8::is_ascii_whitespace).filter(|token| !token.is_empty()) {
            if self.reference.len() == MAX_PORTS {
                return Err(Error::data(format!("[Reference] has more than {MAX_PORTS} values")));
            }
            self.reference.push(check_reference(number(token)?)?);
        }
        Ok(())
    }

    /// Checks that nothing is missing when the data starts; returns the number of ports.
    pub(super) fn complete(&self) -> Result<usize> {
        let ports = if self.version_2 { self.ports } else { self.named_ports };
        let ports = ports.ok_or_else(|| {
            Error::data(if self.version_2 {
                "[Number of Ports] is missing before the data"
            } else {
                "the number of ports is unknown: version 1 has it in the file's name (.s4p)"
            })
        })?;
        if self.option.is_none() {
            return Err(Error::data("data before the option line, such as `# GHz S MA R 50`"));
        }
        if self.version_2 && ports == 2 && self.row_first.is_none() {
            return Err(Error::data("[Two-Port Data Order] is missing before the data"));
        }
        if !self.reference.is_empty() && self.reference.len() != ports {
            let count = self.reference.len();
            return Err(Error::data(format!("[Reference] has {count} values for {ports} ports")));
        }
        Ok(ports)
    }

    pub(super) fn option(&self) -> OptionLine {
        self.option.unwrap_or(DEFAULT)
    }

    /// Whether a full matrix of two ports is written column after column, as in version 1.
    pub(super) fn column_first(&self) -> bool {
        let two = self.ports.or(self.named_ports) == Some(2);
        two && self.matrix == Matrix::Full && !self.row_first.unwrap_or(false)
    }

    /// The reference of each port.
    pub(super) fn references(&self, ports: usize) -> Vec<f64> {
        if self.reference.is_empty() {
            return vec![self.option().reference_ohm; ports];
        }
        self.reference.clone()
    }
}

fn option_line(rest: &[u8]) -> Result<OptionLine> {
    let mut option = DEFAULT;
    let mut tokens = rest.split(u8::is_ascii_whitespace).filter(|token| !token.is_empty());
    while let Some(token) = tokens.next() {
        match token.to_ascii_lowercase().as_slice() {
            b"hz" => option.hz = 1.0,
            b"khz" => option.hz = 1e3,
            b"mhz" => option.hz = 1e6,
            b"ghz" => option.hz = 1e9,
            b"thz" => option.hz = 1e12,
            b"s" => {}
            b"y" | b"z" | b"h" | b"g" => {
                return Err(Error::data(format!(
                    "the option line announces {} parameters, but only S parameters are read",
                    shown(token).to_uppercase()
                )));
            }
            b"ri" => option.format = Format::RealImaginary,
            b"ma" => option.format = Format::MagnitudeAngle,
            b"db" => option.format = Format::DecibelAngle,
            b"r" => {
                let value = tokens.next().ok_or_else(|| {
                    Error::data("the option line ends after `R`, where an impedance must follow")
                })?;
                option.reference_ohm = check_reference(number(value)?)?;
            }
            _ => {
                let token = shown(token);
                return Err(Error::data(format!("`{token}` has no meaning in an option line")));
            }
        }
    }
    Ok(option)
}

/// Splits `[Name] value`, the name in lower case; nothing if the line is no keyword.
pub(super) fn keyword(code: &[u8]) -> Result<Option<(String, &[u8])>> {
    let Some(rest) = code.strip_prefix(b"[") else {
        return Ok(None);
    };
    let end = rest.iter().position(|&byte| byte == b']');
    let end = end.ok_or_else(|| Error::data(format!("`{}` has no closing ]", shown(code))))?;
    Ok(Some((shown(rest[..end].trim_ascii()).to_lowercase(), rest[end + 1..].trim_ascii())))
}

/// A finite number.
pub(super) fn number(token: &[u8]) -> Result<f64> {
    let value = std::str::from_utf8(token).ok().and_then(|text| text.parse::<f64>().ok());
    let value = value.ok_or_else(|| Error::data(format!("`{}` is not a number", shown(token))))?;
    if value.is_finite() {
        return Ok(value);
    }
    Err(Error::data(format!("`{}` is not a finite number", shown(token))))
}

fn check_reference(ohm: f64) -> Result<f64> {
    if ohm > 0.0 {
        return Ok(ohm);
    }
    Err(Error::data(format!("a reference impedance of {ohm} ohm, but it must be positive")))
}

fn check_ports(ports: usize) -> Result<()> {
    if (1..=MAX_PORTS).contains(&ports) {
        return Ok(());
    }
    Err(Error::data(format!("{ports} ports, but 1 to {MAX_PORTS} are read")))
}

/// Bytes of a file as they may be printed: short, and without control characters.
fn shown(token: &[u8]) -> String {
    String::from_utf8_lossy(token).chars().take(32).flat_map(char::escape_debug).collect()
}
