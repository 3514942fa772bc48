//! The eyes of a route's probes.

use super::trained::TrainedHop;
use super::{ProbeReport, Records, Route};
use crate::analysis::{EyeAccumulator, EyeRecord, EyeSettings, eye::EyeUnit};
use crate::engine::Plan;
use crate::kernel::pulse::PulseEstimator;
use crate::kernel::rng::Key;
use crate::parallel;
use crate::signal::{Kind, Symbols, Voltage, Waveform};
use crate::transceiver::equalized_waveform;
use crate::{Error, Result};

/// Symbols that an eye is made of, at least, if there are as many.
const EYE_SYMBOLS: usize = 1 << 15;

/// Phases of a symbol that are tried for an eye's center.
const PHASES: usize = 64;

const CENTERED: &str = "waveform, centered where interference between symbols is least";
const SAMPLED: &str = "waveform behind the analog front end, centered at the sampling instant";
const EQUALIZED: &str = "waveform behind front end and digital equalizer, with feedback of the \
                         symbols sent, referred to the sampler's input";

/// A place that an eye is taken of.
struct Place {
    name: String,
    settings: EyeSettings,
    method: &'static str,
}

/// The eyes of all hops, from the first records.
///
/// Every hop is sent the true symbols here, whatever the hops before it made of them.
pub(super) fn measure(
    route: &Route,
    hops: &[TrainedHop],
    records: &Records,
) -> Result<Vec<ProbeReport>> {
    let count = EYE_SYMBOLS.div_ceil(records.symbols).min(records.count);
    let mut probes = Vec::new();
    for hop in hops {
        let plan = hop.probed()?;
        let places = places(hop);
        let first = Sheet::new(route, hop, &plan, records, 0)?;
        let centers = centers(hop, &places, &first)?;
        let start = first.accumulators(&places, &centers)?;
        let mut eyes = start.clone();
        // An accumulator takes megabytes: only so many at a time.
        let mut done = 1;
        while done < count {
            let chunk = (2 * parallel::threads()).min(count - done);
            let sheets: Vec<Result<_>> = parallel::map(
                chunk,
                || (),
                |(), index| {
                    let sheet = Sheet::new(route, hop, &plan, records, done + index)?;
                    let mut eyes: Vec<_> = start.iter().map(EyeAccumulator::empty).collect();
                    for (eye, place) in eyes.iter_mut().zip(0..) {
                        eye.add(&sheet.record(place, &centers))?;
                    }
                    Ok(eyes)
                },
            );
            for sheet in sheets {
                for (eye, other) in eyes.iter_mut().zip(sheet?) {
                    eye.merge(&other);
                }
            }
            done += chunk;
        }
        for (place, eye) in places.into_iter().zip(eyes) {
            probes.push(ProbeReport {
                name: place.name,
                eye: eye.measure()?,
                method: place.method,
            });
        }
    }
    Ok(probes)
}

fn places(hop: &TrainedHop) -> Vec<Place> {
    let place = |stage: &str, unit, method| Place {
        name: format!("{}/{stage}", hop.hop.name),
        settings: EyeSettings::new(unit),
        method,
    };
    let mut places: Vec<Place> = hop
        .hop
        .stages
        .iter()
        .filter(|stage| stage.probe)
        .map(|stage| {
            let unit = match stage.device.output() {
                Kind::Voltage => EyeUnit::Volts,
                Kind::Current => EyeUnit::Amperes,
                Kind::Field => EyeUnit::Watts,
            };
            place(&stage.name, unit, CENTERED)
        })
        .collect();
    places.push(place("sampler", EyeUnit::Volts, SAMPLED));
    places.push(place("slicer", EyeUnit::Volts, EQUALIZED));
    places
}

/// Where an eye has its center in a record, and which symbols stand for its levels.
#[derive(Clone, Copy)]
struct Center {
    delay: f64,
    inverted: bool,
}

fn centers(hop: &TrainedHop, places: &[Place], sheet: &Sheet) -> Result<Vec<Center>> {
    let adapted = &hop.adapted;
    let sampled = Center { delay: adapted.delay, inverted: adapted.inverted };
    let last = places.len() - 1;
    (0..places.len())
        .map(|place| match place {
            // The equalizer's main tap undoes an inversion.
            _ if place == last => Ok(Center { inverted: false, ..sampled }),
            _ if place + 1 == last => Ok(sampled),
            _ => sheet.center(place),
        })
        .collect()
}

/// One record at every place.
struct Sheet {
    /// The symbols as the slicer should find them, and the same upside down.
    sent: [Symbols; 2],
    waveforms: Vec<Vec<f64>>,
    per_symbol: usize,
}

impl Sheet {
    fn new(
        route: &Route,
        hop: &TrainedHop,
        plan: &Plan<Voltage, Voltage>,
        records: &Records,
        record: usize,
    ) -> Result<Self> {
        let key = Key::root(records.seed);
        let index = record as u64;
        let coded = hop.coded(&route.symbols(records, record)?);
        let mut input = Waveform::zeros(plan.grid());
        hop.transmit(&coded, key, index, &mut input);
        let mut workspace = plan.workspace();
        let mut beside = vec![Waveform::zeros(plan.grid()); hop.neighbors.len()];
        for (neighbor, waveform) in hop.neighbors.iter().zip(&mut beside) {
            neighbor.send(key, index, waveform)?;
        }
        let key = key.indexed(index);
        let output = plan.run_beside(&input, &beside, key, &mut workspace).clone();

        let mut waveforms = Vec::new();
        for stage in hop.hop.stages.iter().filter(|stage| stage.probe) {
            let missing = || Error::usage(format!("no probe at stage `{}`", stage.name));
            waveforms.push(workspace.probe(&stage.name).ok_or_else(missing)?.detected());
        }
        let per_symbol = plan.grid().samples_per_symbol();
        let digital = &hop.receiver.digital;
        let equalized =
            equalized_waveform(digital, &hop.adapted, output.samples(), per_symbol, &coded);
        waveforms.push(output.samples().to_vec());
        waveforms.push(equalized);
        let top = coded.modulation().levels() as u8 - 1;
        let upside_down = coded.values().iter().map(|value| top - value).collect();
        let upside_down = Symbols::new(coded.modulation(), upside_down)?;
        Ok(Self { sent: [coded, upside_down], waveforms, per_symbol })
    }

    /// Where the pulse response at a place interferes least with its neighbors.
    fn center(&self, place: usize) -> Result<Center> {
        let levels = self.sent[0].levels();
        let pulse = PulseEstimator::new(&[(&self.waveforms[place], &levels)], self.per_symbol)?;
        let cursor = pulse.cursor();
        let lag = pulse.peak().lag as f64;
        let interference = |delay: f64| {
            let response = pulse.at(delay);
            let energy: f64 = response.iter().map(|h| h * h).sum();
            energy / (response[cursor] * response[cursor])
        };
        let delays = (0..=PHASES)
            .map(|phase| lag + (phase as f64 / PHASES as f64 - 0.5) * self.per_symbol as f64);
        let best = delays
            .map(|delay| (interference(delay), delay))
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map_or(lag, |(_, delay)| delay);
        Ok(Center { delay: best, inverted: pulse.peak().coefficient < 0.0 })
    }

    fn record(&self, place: usize, centers: &[Center]) -> EyeRecord<'_> {
        EyeRecord {
            samples: &self.waveforms[place],
            samples_per_symbol: self.per_symbol,
            sent: &self.sent[usize::from(centers[place].inverted)],
            delay: centers[place].delay,
        }
    }

    fn accumulators(&self, places: &[Place], centers: &[Center]) -> Result<Vec<EyeAccumulator>> {
        places
            .iter()
            .enumerate()
            .map(|(index, place)| {
                EyeAccumulator::new(&place.settings, &self.record(index, centers))
            })
            .collect()
    }
}
