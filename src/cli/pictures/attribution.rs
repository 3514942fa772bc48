//! Waterfalls of where noise comes from.

use std::path::Path;

use super::write;
use crate::Result;
use crate::device::AnyDevice;
use crate::plot::{Contribution, Waterfall, WaterfallPanel};
use crate::route::{Attribution, Hop, HopReport, Report, Route, Share};
use crate::signal::Kind;

/// Hops in a picture, at most: more would be too wide to look at.
const ROW: usize = 5;

/// The groups of contributions in the order in which they are shown.
const GROUPS: [&str; 5] = ["transmitter", "electrical", "optical", "converter", "interference"];

/// A panel for each hop of each route.
pub(in crate::cli) fn of_attribution(
    folder: &Path,
    results: &[(Route, Report)],
) -> Result<Vec<String>> {
    let hops = results
        .iter()
        .flat_map(|(route, report)| report.hops.iter().zip(&route.hops).map(move |h| (route, h)));
    let panels: Vec<WaterfallPanel> =
        hops.filter_map(|(route, (hop, plan))| panel(&route.name, hop, plan)).collect();
    let mut files = Vec::new();
    for (index, row) in panels.chunks(ROW).enumerate() {
        let name = if index == 0 {
            "attribution".to_owned()
        } else {
            format!("attribution-{}", index + 1)
        };
        let figure = Waterfall {
            title: "Where the mean square error at the slicer comes from".to_owned(),
            quantity: "Mean square error".to_owned(),
            unit: "levels²".to_owned(),
            panels: row.to_vec(),
            ..Waterfall::default()
        };
        files.extend(write(folder, &name, &figure.draw()?)?);
    }
    Ok(files)
}

/// The panel of a hop, if there is anything to show.
fn panel(route: &str, hop: &HopReport, plan: &Hop) -> Option<WaterfallPanel> {
    let attribution = &hop.analysis.as_ref().ok()?.attribution;
    let snr = hop.snr_db(plan.modulation).map(|snr| format!("{snr:.1} dB at the slicer"));
    (attribution.sum() > 0.0).then(|| WaterfallPanel {
        title: format!("{route}: {}", hop.name),
        notes: snr.into_iter().collect(),
        contributions: contributions(attribution, plan),
        measured: (attribution.measured > 0.0).then_some(attribution.measured),
    })
}

/// All shares, group by group.
fn contributions(attribution: &Attribution, hop: &Hop) -> Vec<Contribution> {
    let mut all: Vec<(usize, Contribution)> = attribution
        .shares
        .iter()
        .map(|share| {
            let group = group(share, hop);
            let part = Contribution {
                name: name(share, hop),
                group: GROUPS[group].to_owned(),
                value: share.variance,
            };
            (group, part)
        })
        .collect();
    all.sort_by_key(|(group, _)| *group);
    all.into_iter().map(|(_, part)| part).collect()
}

/// What a share belongs to.
fn group(share: &Share, hop: &Hop) -> usize {
    let named = match share.stage.as_str() {
        "transmitter" => "transmitter",
        "interference" => "interference",
        stage if is_neighbor(stage, hop) => "interference",
        _ if ["rounding", "converter noise"].contains(&share.name.as_str()) => "converter",
        stage => match device(stage, hop) {
            Some(device) if [device.input(), device.output()].contains(&Kind::Field) => "optical",
            _ => "electrical",
        },
    };
    GROUPS.iter().position(|group| *group == named).unwrap_or(0)
}

/// The name of a share within its group. A receiver's has that of its hop, which stands above.
fn name(share: &Share, hop: &Hop) -> String {
    match share.stage.as_str() {
        "transmitter" | "interference" => share.name.clone(),
        stage if is_neighbor(stage, hop) => format!("{stage} {}", share.name),
        stage if device(stage, hop).is_none() && share.name == "input" => {
            "receiver input".to_owned()
        }
        stage if device(stage, hop).is_none() => share.name.clone(),
        stage => format!("{stage} {}", share.name),
    }
}

/// Whether a share comes from a neighbor's own noise.
fn is_neighbor(stage: &str, hop: &Hop) -> bool {
    hop.aggressors.iter().any(|neighbor| neighbor.name == stage)
}

fn device<'a>(stage: &str, hop: &'a Hop) -> Option<&'a AnyDevice> {
    hop.stages.iter().find(|other| other.name == stage).map(|stage| &stage.device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset;

    fn share((stage, name): &(&str, &str)) -> Share {
        Share { stage: (*stage).to_owned(), name: (*name).to_owned(), variance: 1e-3 }
    }

    #[test]
    fn shares_are_grouped_by_what_their_stage_is() {
        let hop = &preset::lpo_dr_100g().hops[0];
        let receiver = format!("{}.receiver", hop.name);
        let parts = [
            ("transmitter", "random jitter"),
            ("tx.driver", "input"),
            ("tx.mzm", "rin"),
            ("rx.pd", "shot"),
            ("rx.tia", "input"),
            (receiver.as_str(), "input"),
            (receiver.as_str(), "rounding"),
            ("interference", "residual ISI"),
        ];
        let shares = parts.iter().map(share).collect();
        let found = contributions(&Attribution { shares, measured: 8e-3 }, hop);
        let found: Vec<(&str, &str)> =
            found.iter().map(|part| (part.group.as_str(), part.name.as_str())).collect();
        let expected = [
            ("transmitter", "random jitter"),
            ("electrical", "tx.driver input"),
            ("electrical", "rx.tia input"),
            ("electrical", "receiver input"),
            ("optical", "tx.mzm rin"),
            ("optical", "rx.pd shot"),
            ("converter", "rounding"),
            ("interference", "residual ISI"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn neighbors_keep_their_names_and_are_interference() {
        let hop = &preset::copper_100g().hops[0];
        assert!(hop.aggressors.len() > 1);
        for neighbor in &hop.aggressors {
            let (stage, name) = (neighbor.name.clone(), "noise".to_owned());
            let share = Share { stage, name, variance: 1e-3 };
            assert_eq!(super::name(&share, hop), format!("{} noise", neighbor.name));
            assert_eq!(GROUPS[group(&share, hop)], "interference");
        }
    }
}
