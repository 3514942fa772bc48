//! The pictures that commands write.

mod attribution;
mod bathtubs;
mod budgets;
mod channels;
mod comparison;
mod correction;
mod eyes;
mod statistical;
mod sweep;

pub(super) use attribution::of_attribution;
pub(super) use budgets::of_budgets;
pub(super) use channels::of_channel;
pub(super) use comparison::of_comparison;
pub(super) use eyes::of_capture;
pub(super) use sweep::{of_crossover, of_reach, of_sweep};

use std::path::Path;

use crate::Result;
use crate::plot::Drawing;
use crate::route::{Report, Route};

/// Of a run: its eyes, counted and statistical, bathtubs, how its receivers settled, codewords, and
/// the loss of its channels.
pub(super) fn of_run(folder: &Path, route: &Route, report: &Report) -> Result<Vec<String>> {
    let mut files = eyes::of_run(folder, report)?;
    for (hop, plan) in report.hops.iter().zip(&route.hops) {
        let name = |what| file_name(&[&report.name, &hop.name, what]);
        let title = format!("{}: {}", report.name, hop.name);
        if let Ok(analysis) = &hop.analysis {
            let eye = statistical::eye(&title, analysis)?;
            files.push(picture(folder, &name("statistical"), &eye)?);
            let sheet = bathtubs::sheet(&title, route, hop, analysis)?;
            files.extend(write(folder, &name("bathtubs"), &sheet)?);
        }
        if let Some(chart) = bathtubs::convergence(&title, hop, plan.modulation)? {
            files.extend(write(folder, &name("convergence"), &chart)?);
        }
    }
    if let (Some(scheme), Some(outcome)) = (&route.fec, &report.fec)
        && let Some(chart) = correction::codewords(scheme, outcome, report)?
    {
        files.extend(write(folder, &file_name(&[&report.name, "codewords"]), &chart)?);
    }
    if let Some(drawing) = channels::channels(&[route])? {
        files.extend(write(folder, &file_name(&[&report.name, "channels"]), &drawing)?);
    }
    Ok(files)
}

/// Writes what has many colors: as PNG only.
fn picture(folder: &Path, name: &str, drawing: &Drawing) -> Result<String> {
    let path = folder.join(format!("{name}.png"));
    drawing.write(&path)?;
    Ok(path.display().to_string())
}

/// Writes what is made of lines: as SVG and PNG.
fn write(folder: &Path, name: &str, drawing: &Drawing) -> Result<Vec<String>> {
    ["svg", "png"]
        .into_iter()
        .map(|kind| {
            let path = folder.join(format!("{name}.{kind}"));
            drawing.write(&path)?;
            Ok(path.display().to_string())
        })
        .collect()
}

/// A file's name of some words: what is neither letter, digit, dot nor underscore becomes a dash.
fn file_name(words: &[&str]) -> String {
    let plain = |c: char| if c.is_alphanumeric() || "._".contains(c) { c } else { '-' };
    let name: String = words.join("-").chars().map(plain).collect();
    // A name that starts with a dot would be hidden, and one too long refused.
    let name: String = name.trim_start_matches('.').chars().take(60).collect();
    if name.is_empty() { "route".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_names_of_files() {
        let cases = [
            (vec!["lpo-dr-100g", "host-to-host/rx.tia"], "lpo-dr-100g-host-to-host-rx.tia"),
            (vec!["../..", "a b"], "-..-a-b"),
            (vec!["..."], "route"),
        ];
        for (words, expected) in cases {
            assert_eq!(file_name(&words), expected);
        }
    }
}
