//! The one error type of the crate.

use std::fmt::{self, Display};
use std::path::Path;

/// The result of everything that can fail here.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something could not be built, read or planned.
///
/// The message names what is wrong (file and line, or stage and parameter), the value found, and
/// what was expected instead. A simulation that has been planned does not fail any more.
///
/// ```
/// use lightlane::Error;
///
/// let error = Error::parameter("bandwidth", "0 Hz", "positive and finite").in_stage("tx.driver");
/// assert!(error.is_parameter());
/// assert_eq!(
///     error.to_string(),
///     "stage `tx.driver`: `bandwidth` is 0 Hz, but must be positive and finite"
/// );
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    /// Where it happened, outermost first: files and stages.
    place: Vec<String>,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Parameter,
    Domain,
    Data,
    Unsupported,
    Usage,
    Io,
}

impl Error {
    fn new(kind: Kind, message: String) -> Self {
        Self(Box::new(Inner { kind, place: Vec::new(), message, source: None }))
    }

    /// A parameter whose value makes no sense.
    pub fn parameter(name: &str, value: impl Display, expected: impl Display) -> Self {
        Self::new(Kind::Parameter, format!("`{name}` is {value}, but must be {expected}"))
    }

    /// Two neighbors that do not speak the same kind of signal.
    pub fn domain(message: impl Into<String>) -> Self {
        Self::new(Kind::Domain, message.into())
    }

    /// A file or text whose content is wrong.
    pub fn data(message: impl Into<String>) -> Self {
        Self::new(Kind::Data, message.into())
    }

    /// Valid data that cannot carry what is asked of it.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(Kind::Unsupported, message.into())
    }

    /// A command or edit that names something that is not there.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message.into())
    }

    /// The operating system refused a file.
    pub fn io(path: &Path, source: std::io::Error) -> Self {
        let mut error = Self::new(Kind::Io, source.to_string()).in_file(path);
        error.0.source = Some(Box::new(source));
        error
    }

    /// The same error, with the stage that it concerns.
    #[must_use]
    pub fn in_stage(self, stage: &str) -> Self {
        self.within(format!("stage `{stage}`"))
    }

    /// The same error, with the route that it concerns.
    #[must_use]
    pub fn in_route(self, route: &str) -> Self {
        self.within(format!("route `{route}`"))
    }

    /// The same error, with the hop that it concerns.
    #[must_use]
    pub fn in_hop(self, hop: &str) -> Self {
        self.within(format!("hop `{hop}`"))
    }

    /// The same error, with the test point that it concerns.
    #[must_use]
    pub fn in_test_point(self, point: &str) -> Self {
        self.within(format!("test point `{point}`"))
    }

    /// The same error, with the axis of a sweep that it concerns.
    #[must_use]
    pub fn in_axis(self, axis: &str) -> Self {
        self.within(format!("axis `{axis}`"))
    }

    /// The same error, with the file that it concerns.
    #[must_use]
    pub fn in_file(self, path: &Path) -> Self {
        self.within(path.display().to_string())
    }

    /// The same error, with the line of the file that it concerns, counted from 1.
    #[must_use]
    pub fn at_line(self, line: usize) -> Self {
        self.within(format!("line {line}"))
    }

    fn within(mut self, place: String) -> Self {
        self.0.place.insert(0, place);
        self
    }

    /// Whether a parameter has an impossible value.
    pub fn is_parameter(&self) -> bool {
        self.0.kind == Kind::Parameter
    }

    /// Whether two neighbors do not fit.
    pub fn is_domain(&self) -> bool {
        self.0.kind == Kind::Domain
    }

    /// Whether the content of a file or text is wrong.
    pub fn is_data(&self) -> bool {
        self.0.kind == Kind::Data
    }

    /// Whether valid data cannot carry what is asked of it.
    pub fn is_unsupported(&self) -> bool {
        self.0.kind == Kind::Unsupported
    }

    /// Whether something was named that does not exist.
    pub fn is_usage(&self) -> bool {
        self.0.kind == Kind::Usage
    }

    /// Whether the operating system refused a file.
    pub fn is_io(&self) -> bool {
        self.0.kind == Kind::Io
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in &self.0.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_printed_outermost_first() {
        let error = Error::data("`abc` is not a number")
            .at_line(7)
            .in_file(Path::new("a.s4p"))
            .in_stage("host.channel");
        assert_eq!(error.to_string(), "stage `host.channel`: a.s4p: line 7: `abc` is not a number");
        assert!(error.is_data() && !error.is_io());
    }

    #[test]
    fn an_io_error_keeps_its_source() {
        let source = std::io::Error::new(std::io::ErrorKind::NotFound, "no such file");
        let error = Error::io(Path::new("x.s2p"), source);
        assert!(std::error::Error::source(&error).is_some());
        assert!(error.is_io());
    }
}
