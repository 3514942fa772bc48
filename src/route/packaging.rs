//! How the lanes of a route are put together: what power, heat and density rest on beyond devices.

use crate::unit::{Meters, check};
use crate::{Error, Result};

/// The most lanes that a unit may have.
const MOST_LANES: usize = 4096;

/// How the lanes of a route are put together. No signal depends on it.
///
/// What holds the active parts between the two hosts' dies is called a *unit*: a module in the
/// front panel, the end of a cable, an engine on the package. A link has a unit at each end, and a
/// unit serves both directions: it holds the transmit side of one and the receive side of the
/// other. So a unit spends for each of its lanes what one route spends outside its hosts.
///
/// | What it is | `form` | `lanes` | `lasers` |
/// |---|---|---|---|
/// | module in an OSFP cage | `FrontPanel` | 8 | in the unit, shared by what one laser feeds |
/// | cable assembly, passive or not | `FrontPanel` | 8 | none |
/// | optical engine on a package, or beside it | `PackageEdge` | those of an engine | mostly external |
/// | copper from the package's edge | `PackageEdge` | those of a connector | none |
/// | board, backplane | `Board` | those of an interface | none |
///
/// ```
/// use lightlane::route::{Form, LaserPlace, Lasers, Packaging};
///
/// // Eight lanes in a cage, every four of them fed by one laser without cooler.
/// let module = Packaging {
///     form: Form::FrontPanel,
///     lanes: 8,
///     lasers: Some(Lasers { place: LaserPlace::Unit, shared_by: 4, cooled: false }),
/// };
/// module.check()?;
/// # Ok::<(), lightlane::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Packaging {
    /// Where the unit sits.
    pub form: Form,
    /// Lanes of one direction in a unit.
    pub lanes: usize,
    /// The lasers; none where no light is, or where light is made by what is modulated, such as a
    /// VCSEL.
    #[cfg_attr(feature = "config", serde(default, skip_serializing_if = "Option::is_none"))]
    pub lasers: Option<Lasers>,
}

/// Where a unit sits.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum Form {
    /// In a cage of the front panel.
    FrontPanel,
    /// At the edge of the host's package: on it, or in a socket on the board beside it. Which of
    /// the two it is the route's copper tells.
    PackageEdge(Edge),
    /// Nowhere: boards alone lie between the dies.
    Board,
}

/// What leaves a package at its edge. Fibers and pairs are both called ports.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Edge {
    /// Distance of neighboring ports.
    pub pitch: Meters,
    /// Rows of ports above each other.
    pub rows: usize,
    /// Lanes that a port carries: 1, or the wavelengths of a fiber, both directions counted if it
    /// carries both.
    pub lanes_per_port: usize,
}

/// The lasers of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(deny_unknown_fields, rename_all = "kebab-case")
)]
pub struct Lasers {
    /// Where they are.
    pub place: LaserPlace,
    /// Lanes that one laser feeds. Of a comb these are the lanes of all its lines.
    pub shared_by: usize,
    /// Whether a cooler keeps them at their temperature.
    pub cooled: bool,
}

/// Where lasers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "config",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
pub enum LaserPlace {
    /// In the unit of a front panel, with all that it dissipates.
    Unit,
    /// There too, on one chip with the modulator.
    Chip,
    /// In a source of its own, from which fibers lead to the modulators.
    External,
    /// On the host's package.
    Package,
}

impl Packaging {
    /// Checks the parameters.
    ///
    /// # Errors
    /// If there is none of what is counted, or the lasers do not go with the form.
    pub fn check(&self) -> Result<()> {
        check::count("packaging.lanes", self.lanes, &(1..=MOST_LANES))?;
        if let Form::PackageEdge(edge) = &self.form {
            check::positive("packaging.form.package-edge.pitch", edge.pitch)?;
            let rows = "packaging.form.package-edge.rows";
            check::count(rows, edge.rows, &(1..=MOST_LANES))?;
            let lanes = "packaging.form.package-edge.lanes-per-port";
            check::count(lanes, edge.lanes_per_port, &(1..=MOST_LANES))?;
        }
        let Some(lasers) = &self.lasers else { return Ok(()) };
        check::count("packaging.lasers.shared-by", lasers.shared_by, &(1..=MOST_LANES))?;
        let fitting = match self.form {
            Form::FrontPanel => {
                "unit, chip or external, as nothing else holds one in a front panel"
            }
            Form::PackageEdge(_) => "external or package, the places beside a package's edge",
            Form::Board => "absent, as no light is on a board",
        };
        let fits = match (self.form, lasers.place) {
            (Form::FrontPanel, place) => place != LaserPlace::Package,
            (Form::PackageEdge(_), place) => {
                matches!(place, LaserPlace::External | LaserPlace::Package)
            }
            (Form::Board, _) => false,
        };
        if fits {
            Ok(())
        } else {
            let place = format!("{:?}", lasers.place).to_lowercase();
            Err(Error::parameter("packaging.lasers.place", place, fitting))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::Literals;

    #[test]
    fn what_does_not_go_together_is_refused() {
        let edge = Edge { pitch: 127.0.um(), rows: 1, lanes_per_port: 1 };
        let lasers = |place| Some(Lasers { place, shared_by: 4, cooled: false });
        let of = |form, lanes, lasers| Packaging { form, lanes, lasers }.check();
        let on_edge = Form::PackageEdge(edge);
        for (form, place) in [
            (Form::FrontPanel, LaserPlace::Unit),
            (Form::FrontPanel, LaserPlace::Chip),
            (on_edge, LaserPlace::External),
        ] {
            of(form, 8, lasers(place)).unwrap();
            of(form, 8, None).unwrap();
            assert!(of(form, 0, None).unwrap_err().is_parameter());
        }
        for (form, place) in [
            (Form::FrontPanel, LaserPlace::Package),
            (on_edge, LaserPlace::Unit),
            (on_edge, LaserPlace::Chip),
            (Form::Board, LaserPlace::External),
        ] {
            assert!(of(form, 8, lasers(place)).unwrap_err().is_parameter());
        }
        let none = Some(Lasers { place: LaserPlace::Unit, shared_by: 0, cooled: true });
        let error = of(Form::FrontPanel, 8, none).unwrap_err().to_string();
        assert_eq!(error, "`packaging.lasers.shared-by` is 0, but must be between 1 and 4096");
        let wrong = [
            Edge { pitch: 0.0.um(), ..edge },
            Edge { rows: 0, ..edge },
            Edge { lanes_per_port: 0, ..edge },
        ];
        for edge in wrong {
            assert!(of(Form::PackageEdge(edge), 8, None).is_err());
        }
    }
}
