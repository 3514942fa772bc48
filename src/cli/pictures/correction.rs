//! Codewords and their errors.

use crate::Result;
use crate::fec::{Outcome, Scheme, analytic};
use crate::plot::{Axis, Chart, Drawing, LineStyle, Series};
use crate::route::Report;

/// How many codewords have how many errors, counted, and as independent errors would have it; `None`
/// if there is neither a complete codeword nor a calculated error ratio.
pub(super) fn codewords(
    scheme: &Scheme,
    outcome: &Outcome,
    report: &Report,
) -> Result<Option<Drawing>> {
    let model = |name: String, shares: &mut dyn Iterator<Item = f64>, color, style| Series {
        name,
        points: shares.enumerate().map(|(errors, share)| [errors as f64, share]).collect(),
        color: Some(color),
        style,
        ..Series::default()
    };
    let correctable = scheme.outer.correctable();
    let mut models = Vec::new();
    let codewords: u64 = outcome.errors_per_codeword.iter().sum();
    if outcome.symbol_error_ratio.count > 0 && codewords > 0 {
        let mut shares = outcome.binomial.iter().map(|count| count / codewords as f64);
        let name = "binomial, as many errors as were counted".to_owned();
        models.push(model(name, &mut shares, 1, LineStyle::Dashed));
    }
    if let Some(ber) = report.semi_analytic() {
        let symbols = scheme.symbol_error_ratio(ber);
        let shares = analytic::errors_per_codeword(scheme.outer, symbols);
        let name = format!("binomial, at the semi-analytic BER of {ber:.1e}");
        let mut shares = shares.into_iter().take(correctable + 4);
        models.push(model(name, &mut shares, 0, LineStyle::Solid));
    }
    if codewords == 0 && models.is_empty() {
        return Ok(None);
    }
    let margin = report
        .margin_db
        .map_or_else(String::new, |margin| format!("; margin {margin:.1} dB of noise"));
    let chart = Chart::codeword_errors(&outcome.errors_per_codeword, models, correctable as u32)?;
    let bottom = chart.y.range.map_or(1e-30, |[bottom, _]| bottom);
    let chart = Chart {
        title: format!("{}: symbol errors in codewords", report.name),
        subtitle: format!(
            "{} interleaved{margin}",
            match scheme.codewords_interleaved {
                1 => "not".to_owned(),
                count => format!("{count} codewords"),
            }
        ),
        // Room for the marker of nearly all codewords.
        y: Axis { range: Some([bottom, 3.0]), ..chart.y },
        ..chart
    };
    chart.draw().map(Some)
}
