//! The eye at the last slicer: a linear module beside a half-retimed and a retimed one.
//!
//! Writes `plots/eyes.png`.
//!
//! ```text
//! cargo run --release --example 01_eye
//! ```

use lightlane::plot::{EyeFigure, EyePanel};
use lightlane::prelude::*;

fn main() -> Result<()> {
    let records = Records::of(1 << 20, Seed(1));
    let routes = [preset::lpo_dr_100g(), preset::lro_dr_100g(), preset::dsp_dr_100g()];
    let reports =
        routes.iter().map(|route| route.simulate(&records)).collect::<Result<Vec<_>>>()?;
    let panels = reports.iter().map(|report| {
        // The last probe of a route is the slicer of its last receiver.
        let eye = &report.probes[report.probes.len() - 1].eye;
        EyePanel {
            title: report.name.clone(),
            density: eye.density.view(),
            time: [-1.0, 1.0],
            amplitude: eye.amplitude.map(|volts| 1e3 * volts),
            unit: "mV".to_owned(),
            notes: vec![
                format!("{} hop(s), host to host", report.hops.len()),
                report
                    .semi_analytic()
                    .map_or_else(String::new, |rate| format!("BER {rate:.1e}, semi-analytic")),
            ],
            openings: Vec::new(),
        }
    });
    EyeFigure {
        title: "Behind the last equalizer, 53.125 GBd PAM4 over 500 m".to_owned(),
        panels: panels.collect(),
        panel_size: [640, 620],
    }
    .draw()?
    .write("plots/eyes.png")
}
