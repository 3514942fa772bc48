//! Parameters of channel operating margin, as published.
//!
//! They follow the sheets that come with the reference code of IEEE 802.3, with its numeric
//! conventions ([`Compat::Tool370`]).

mod ck;
mod earlier;
mod example;

pub use ck::{c2c_802_3ck, c2m_802_3ck, cr_802_3ck, kr_802_3ck};
pub use earlier::{kr_802_3bj, kr_802_3cd};
pub use example::example_200g;

use crate::analysis::com::{
    Com, ComLimits, Compat, FigureSettings, PackageCase, ReturnLossSettings, Sweep,
};
use crate::unit::{Baud, Decibels, Hertz, Literals, Meters, Quantity, Seconds};
use crate::{Error, Result};

/// Every table.
pub fn all() -> Vec<Com> {
    vec![
        kr_802_3ck(),
        cr_802_3ck(),
        c2c_802_3ck(),
        c2m_802_3ck(),
        kr_802_3cd(),
        kr_802_3bj(),
        example_200g(),
    ]
}

/// The table of a name.
///
/// # Errors
/// If there is none of that name; the message lists those there are.
pub fn named(name: &str) -> Result<Com> {
    let all = all();
    let names: Vec<String> = all.iter().map(|com| com.name.clone()).collect();
    all.into_iter().find(|com| com.name == name).ok_or_else(|| {
        let names = names.join(", ");
        Error::usage(format!("there is no COM table `{name}`: expected one of {names}"))
    })
}

/// The conventions of all of them.
const COMPAT: Compat = Compat::Tool370;

fn sweep<Q: Quantity>(from: Q, to: Q, step: Q) -> Sweep<Q> {
    Sweep { from, to, step }
}

fn db(from: f64, to: f64, step: f64) -> Sweep<Decibels> {
    sweep(Decibels(from), Decibels(to), Decibels(step))
}

/// Limits of margin and effective return loss.
fn limits(margin_db: f64, return_loss_db: f64) -> ComLimits {
    ComLimits {
        margin: Some(Decibels(margin_db)),
        return_loss: Some(Decibels(return_loss_db)),
        ..ComLimits::default()
    }
}

/// Figures of a channel alone. Every sheet spares a reflection nothing, and lets it meet 0.618;
/// those up to 100 Gb/s a lane have transmitters of 0.5936 times the symbol rate, which at
/// 53.125 GBd is 20 to 80 % in 7.5 ps.
fn figures(rate: Baud, edge: Seconds, symbols: usize, equalized: usize) -> FigureSettings {
    FigureSettings {
        from: 0.05.ghz(),
        transmitter: Hertz(0.2365 / 7.5e-12 / 53.125e9 * rate.0),
        far_end_amplitude: 0.6.volts(),
        near_end_amplitude: 0.6.volts(),
        return_loss: ReturnLossSettings {
            with_package: false,
            transition_time: edge,
            symbols,
            equalized,
            beta_db_per_s: 0.0,
            rho: 0.618,
            fixture_delay: [Seconds(0.0); 2],
        },
    }
}

/// Lengths in millimeter.
fn lengths<const N: usize>(mm: [f64; N]) -> Vec<Meters> {
    mm.iter().map(|mm| Meters(mm * 1e-3)).collect()
}

/// Cases that differ in lengths: of transmitter, far-end and near-end aggressor, receiver.
fn cases<const N: usize>(of_all: &PackageCase, mm: &[[[f64; N]; 4]]) -> Vec<PackageCase> {
    let case = |&[transmitter, far_end, near_end, receiver]: &[[f64; N]; 4]| PackageCase {
        transmitter: lengths(transmitter),
        far_end: lengths(far_end),
        near_end: lengths(near_end),
        receiver: lengths(receiver),
        ..of_all.clone()
    };
    mm.iter().map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_valid_and_has_a_name_of_its_own() {
        let all = all();
        for com in &all {
            com.check().unwrap();
            assert_eq!(named(&com.name).unwrap(), *com);
        }
        let names: std::collections::BTreeSet<_> = all.iter().map(|com| &com.name).collect();
        assert_eq!(names.len(), all.len());
        assert!(named("x").unwrap_err().to_string().contains("802.3ck-kr"));
    }
}
