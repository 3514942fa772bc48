//! Parameters of channel operating margin as TOML documents.
//!
//! ```
//! use lightlane::{config, preset};
//!
//! let com = preset::com::named("802.3ck-kr")?;
//! assert_eq!(config::com::parse(&config::com::print(&com)?)?, com);
//! # Ok::<(), lightlane::Error>(())
//! ```

use std::path::Path;

use crate::analysis::com::Com;
use crate::{Error, Result};

/// The parameters of a document's text.
///
/// # Errors
/// If the text is no such document, or a parameter makes no sense.
pub fn parse(text: &str) -> Result<Com> {
    let com: Com = toml::from_str(text).map_err(|error| Error::data(error.to_string()))?;
    com.check()?;
    Ok(com)
}

/// The parameters of a document in a file.
///
/// # Errors
/// If the file cannot be read, or as [`parse`], with the file's name.
pub fn read(path: impl AsRef<Path>) -> Result<Com> {
    let path = path.as_ref();
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, error))?;
    parse(&text).map_err(|error| error.in_file(path))
}

/// The document of parameters.
///
/// # Errors
/// If they cannot be written, which parameters that pass their check can.
pub fn print(com: &Com) -> Result<String> {
    toml::to_string(com).map_err(|error| Error::data(error.to_string()))
}
