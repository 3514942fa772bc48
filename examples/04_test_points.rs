//! What module metrics know of the link: TDECQ behind the fiber and EECQ at the module's output
//! against the bit error ratio from host to host, one impairment at a time.
//!
//! Starts from the linear module with 4 inches of board in both hosts, turns up one impairment
//! after the other, and writes `plots/test_points.svg` and `.png`. A curve that lies on the others
//! is an impairment that the metric weighs as the link does; one that goes straight up is one that
//! the metric does not see.
//!
//! ```text
//! cargo run --release --example 04_test_points
//! ```

// A minute of work says what it finds.
#![allow(clippy::print_stdout)]

use lightlane::device::AnyDevice;
use lightlane::device::channel::Section;
use lightlane::plot::{Axis, Chart, Drawing, ReferenceLine, Scale, Series};
use lightlane::prelude::*;
use lightlane::route::Metric;

/// A parameter turned up: what it is, and how to set it.
struct Impairment {
    name: &'static str,
    /// The values beyond the nominal one.
    values: &'static [f64],
    unit: &'static str,
    set: fn(&mut Hop, f64),
}

/// What is turned up, one at a time.
const IMPAIRMENTS: [Impairment; 10] = [
    Impairment {
        name: "host board ahead of the module",
        values: &[6.0, 9.0, 12.0],
        unit: "in",
        set: |hop, x| set_board(hop, "host-tx.channel", x.inches()),
    },
    Impairment {
        name: "host board behind the module",
        values: &[12.0, 16.0, 20.0],
        unit: "in",
        set: |hop, x| set_board(hop, "host-rx.channel", x.inches()),
    },
    Impairment {
        name: "random jitter of the host",
        values: &[15.0, 22.0, 30.0],
        unit: "mUI",
        set: |hop, x| hop.transmitter.jitter.random = x.mui(),
    },
    Impairment {
        name: "driver noise",
        values: &[12.0, 20.0, 28.0],
        unit: "nV/rtHz",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::Driver(driver) = device {
                    driver.noise_density = x.nv_per_rthz();
                }
            });
        },
    },
    Impairment {
        name: "drive swing",
        values: &[2.8, 3.2, 3.6],
        unit: "V",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::Driver(Driver { agc: Some(agc), .. }) = device {
                    agc.swing = x.volts();
                }
            });
        },
    },
    Impairment {
        name: "modulator bandwidth",
        values: &[30.0, 24.0, 19.0],
        unit: "GHz",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::MachZehnder(modulator) = device {
                    modulator.bandwidth = x.ghz();
                }
            });
        },
    },
    Impairment {
        name: "RIN of the laser",
        values: &[-140.0, -137.0, -135.0],
        unit: "dB/Hz",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::MachZehnder(modulator) = device {
                    modulator.laser.rin = x.db_per_hz();
                }
            });
        },
    },
    Impairment {
        name: "dispersion, at 1264.5 nm",
        values: &[5.0, 10.0, 15.0],
        unit: "km",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::SingleModeFiber(fiber) = device {
                    // Longer, but no more loss.
                    let loss = fiber.attenuation.0 * fiber.length.0;
                    fiber.wavelength = 1264.5.nm();
                    fiber.length = x.km();
                    fiber.attenuation = DecibelsPerMeter(loss / fiber.length.0);
                }
            });
        },
    },
    Impairment {
        name: "loss of the fiber's connectors",
        values: &[4.0, 6.0, 8.0],
        unit: "dB",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::SingleModeFiber(fiber) = device {
                    fiber.connector_loss = x.db();
                }
            });
        },
    },
    Impairment {
        name: "noise of the module's receiver",
        values: &[25.0, 45.0, 65.0],
        unit: "pA/rtHz",
        set: |hop, x| {
            with(hop, |device| {
                if let AnyDevice::Tia(tia) = device {
                    tia.noise_density = x.pa_per_rthz();
                }
            });
        },
    },
];

/// What a link shows.
#[derive(Clone, Copy)]
struct Shown {
    tdecq: Option<f64>,
    eecq: Option<f64>,
    ber: f64,
}

fn main() -> Result<()> {
    let mut nominal = preset::lpo_dr_100g();
    for hop in &mut nominal.hops {
        set_board(hop, "host-tx.channel", 4.0.inches());
        set_board(hop, "host-rx.channel", 4.0.inches());
        // The two metrics are all that is asked; neither needs a second period.
        if let Some(test) = &mut hop.test {
            test.periods = 1;
            for point in &mut test.points {
                let asked = |m: &Metric| matches!(m, Metric::Tdecq(_) | Metric::Eecq(_));
                point.metrics.retain(asked);
            }
            test.points.retain(|point| ["TP3", "TP4"].contains(&point.name.as_str()));
        }
    }
    let start = show(&nominal)?;
    print(&format!("{} with 4 in of board in both hosts", nominal.name), start);
    let mut series = [Vec::new(), Vec::new()];
    for impairment in &IMPAIRMENTS {
        let mut seen = vec![start];
        for &value in impairment.values {
            let mut route = nominal.clone();
            route.hops.iter_mut().for_each(|hop| (impairment.set)(hop, value));
            let shown = show(&route)?;
            print(&format!("{} of {value} {}", impairment.name, impairment.unit), shown);
            seen.push(shown);
        }
        for (panel, metric) in series.iter_mut().zip([|s: &Shown| s.tdecq, |s: &Shown| s.eecq]) {
            panel.push(Series {
                name: impairment.name.to_owned(),
                points: seen.iter().filter_map(|s| Some([metric(s)?, s.ber])).collect(),
                markers: true,
                ..Series::default()
            });
        }
    }
    let [tdecq, eecq] = series;
    let drawing = Drawing::beside([
        chart("Light behind the fiber", "TDECQ, 9 taps, SER 4.0e-4 (dB)", tdecq).draw()?,
        chart("The module's output", "EECQ, 9 taps, SER 4.0e-4 (dB of voltage)", eecq).draw()?,
    ])?;
    drawing.write("plots/test_points.svg")?;
    drawing.write("plots/test_points.png")
}

/// The metrics from one record, the bit error ratio from others.
fn show(route: &Route) -> Result<Shown> {
    let points = route.measure(Seed(1))?;
    let value = |name| points.iter().find_map(|point| point.value(name));
    let ber = route.prepare(&Records::of(1 << 16, Seed(1)))?.calculate()?.rate;
    Ok(Shown { tdecq: value("TDECQ"), eecq: value("EECQ"), ber })
}

fn print(what: &str, shown: Shown) {
    let text = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
    let (tdecq, eecq) = (text(shown.tdecq), text(shown.eecq));
    println!("{what:<52} TDECQ {tdecq:>5} dB  EECQ {eecq:>5} dB  BER {:.1e}", shown.ber);
}

fn chart(title: &str, metric: &str, series: Vec<Series>) -> Chart {
    Chart {
        title: title.to_owned(),
        subtitle: "One impairment at a time; semi-analytic, host to host".to_owned(),
        x: Axis { label: metric.to_owned(), ..Axis::default() },
        y: Axis {
            label: "Bit error ratio before FEC".to_owned(),
            scale: Scale::Log,
            range: Some([1e-7, 1e-3]),
        },
        series,
        lines: vec![ReferenceLine {
            value: 2e-4,
            label: "2.0e-4, LPO MSA".to_owned(),
            ..ReferenceLine::default()
        }],
        size: [820, 760],
        ..Chart::default()
    }
}

/// Changes every device of a hop that a function knows.
fn with(hop: &mut Hop, change: impl Fn(&mut AnyDevice)) {
    hop.stages.iter_mut().for_each(|stage| change(&mut stage.device));
}

/// Sets the length of the host's board of a channel: the longest one.
fn set_board(hop: &mut Hop, stage: &str, length: Meters) {
    for stage in hop.stages.iter_mut().filter(|other| other.name == stage) {
        let AnyDevice::Channel(channel) = &mut stage.device else { continue };
        let boards = channel.sections.iter_mut().filter_map(|section| match section {
            Section::ComLine(board) => Some(board),
            _ => None,
        });
        if let Some(board) = boards.max_by(|a, b| a.length.0.total_cmp(&b.length.0)) {
            board.length = length;
        }
    }
}
