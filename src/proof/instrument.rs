//! Eye closure of an instrument's waveforms against the instrument's.

use std::path::Path;

use serde_json::Value;

use super::Claim;
use super::data::{json, number};
use super::row::{ProofRow, Verdict};
use crate::analysis::tdecq::{Phase, Tdecq};
use crate::signal::capture::read_symbols;
use crate::signal::{Capture, Modulation};
use crate::unit::Baud;
use crate::{Error, Result};

const AREA: &str = "TDECQ, instrument";

/// The key of an instrument's values of five taps with the main tap second, third and fourth.
const VALUES: &str = "flexdca_tdecq_db_5_taps_main_tap_2_3_4";

/// One hypothesis of the receiver for all records.
const HYPOTHESIS: &str = "802.3bs D2.2 for all records alike: no further filter, noise white \
                          behind the bandwidth that the library states, five taps half a unit \
                          interval apart, histograms in the middle between crossings; the least \
                          over main taps, whose single values may be up to 1.2 dB off";

pub(super) fn claims(data: &Path) -> Vec<Claim> {
    let folder = data.join("reference/tdecq");
    let library = match json(&folder.join("library.json")) {
        Ok(library) => library,
        Err(error) => {
            let verdict = if error.is_io() { Verdict::Skipped } else { Verdict::Failed };
            let note = error.to_string();
            return vec![Claim::new(AREA, "tdecq", move || {
                Ok(vec![ProofRow::without(verdict, AREA, "library.json", note.clone())])
            })];
        }
    };
    let records = library["waveforms"].as_array().cloned().unwrap_or_default();
    let claim = |record: Value| {
        let (folder, library) = (folder.clone(), library.clone());
        let id = record["id"].as_str().unwrap_or("without id").to_owned();
        Claim::new(AREA, format!("tdecq {id}"), move || check(&folder, &library, &record, &id))
    };
    records.into_iter().map(claim).collect()
}

fn check(folder: &Path, library: &Value, record: &Value, id: &str) -> Result<Vec<ProofRow>> {
    let expected: Vec<f64> =
        record[VALUES].as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    let [_, _, _] = expected[..] else {
        let note = format!("library.json has no `{VALUES}` of it");
        return Ok(vec![ProofRow::without(Verdict::Skipped, AREA, id, note)]);
    };
    let file = |key: &str| {
        let name = record[key].as_str();
        name.map(|name| folder.join(name)).ok_or_else(|| Error::data(format!("no `{key}` of {id}")))
    };
    let rate = Baud(number(library, "symbol_rate_hz")?);
    let each = number(library, "samples_per_ui")? as usize;
    let symbols = read_symbols(file("symbols")?, Modulation::Pam4)?;
    let capture = Capture::read(file("waveform")?, rate, each)?.with_symbols(symbols);
    let draft = Tdecq {
        taps_per_symbol: 2,
        bandwidth_ratio: None,
        noise_bandwidth_ratio: Some(number(library, "reference_rx_bw_fraction")?),
        phase: Phase::Crossings,
        scope_noise: number(record, "scope_noise_rms_w")?,
        ..Tdecq::five_taps()
    };
    let found = [2, 3, 4].map(|main_tap| {
        let settings = Tdecq { main_tap: Some(main_tap), ..draft.clone() };
        settings.measure(&capture).map(|report| report.tdecq_db)
    });
    let found = found.into_iter().collect::<Result<Vec<f64>>>()?;
    let least = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
    let what = format!("{id}: least over main taps 2, 3, 4");
    let numbers = [least(&expected), least(&found)];
    let each =
        |values: &[f64]| values.iter().map(|db| format!("{db:.2}")).collect::<Vec<_>>().join(", ");
    let note =
        format!("single main taps {}, instrument {}; {HYPOTHESIS}", each(&found), each(&expected));
    let row = ProofRow::new(AREA, what, numbers, 0.5, "dB", "FlexDCA, P802.3bs, March 2017");
    Ok(vec![row.noting(note)])
}
