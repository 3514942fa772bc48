//! Claims and what holds them: closed forms, and results of others, computed again.
//!
//! - [`claims`]: everything that can be checked, closed forms and what a folder of data holds.
//! - [`Claim::check`]: computes one again; a [`ProofRow`] for each number.
//! - [`ProofReport`]: all rows, and whether they hold.
//!
//! ```
//! use lightlane::proof;
//!
//! let filters = proof::claims(None).into_iter().filter(|claim| claim.name.starts_with("filters"));
//! let rows: Vec<_> = filters.flat_map(|claim| claim.check()).collect();
//! assert!(!rows.is_empty() && rows.iter().all(|row| row.verdict == proof::Verdict::Holds));
//! ```

mod closure;
mod coding;
mod data;
mod electrical;
mod instrument;
mod margin;
mod network;
mod optics;
mod row;

pub use row::{AreaSummary, ProofReport, ProofRow, Verdict};

use std::fmt;
use std::path::Path;

use crate::Result;
use row::Form;

/// Something that can be checked.
pub struct Claim {
    /// What it is about: an area of physics, or a record of data.
    pub name: String,
    area: &'static str,
    check: Box<dyn Fn() -> Result<Vec<ProofRow>> + Send + Sync>,
}

impl Claim {
    fn new(
        area: &'static str,
        name: impl Into<String>,
        check: impl Fn() -> Result<Vec<ProofRow>> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), area, check: Box::new(check) }
    }

    /// Closed forms of an area.
    fn forms(area: &'static str, forms: Vec<Form>) -> Self {
        Self::new(area, area, move || Ok(forms.iter().map(|form| form.row(area)).collect()))
    }

    /// Computes it again. What fails is a row that says why.
    pub fn check(&self) -> Vec<ProofRow> {
        (self.check)().unwrap_or_else(|error| {
            vec![ProofRow::without(Verdict::Failed, self.area, &self.name, error.to_string())]
        })
    }
}

impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claim").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Everything that can be checked: closed forms, and what a folder of data holds. `reference/com`
/// and `reference/tdecq` in it hold results of others, `channels` the files that they are of. What
/// is not there is a claim whose only row is skipped.
pub fn claims(data: Option<&Path>) -> Vec<Claim> {
    let mut claims = coding::claims();
    claims.extend(electrical::claims());
    claims.extend(optics::claims());
    claims.extend(closure::claims());
    if let Some(data) = data {
        claims.extend(network::claims(data));
        claims.extend(instrument::claims(data));
        claims.extend(margin::claims(data));
    }
    claims
}
