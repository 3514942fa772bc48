//! The test points of presets: one function for each kind of place.
//!
//! Limits are modelled after what their sources say; most are second-hand, and none is a claim of
//! conformance. Points lie in the link as it is: TP1a, which a standard measures behind a test board
//! of about a module's loss, is the same place as the module's input here.

use crate::analysis::Tdecq;
use crate::route::{Confidence, Limit, Metric, TestPoint, TestRecord};
use crate::signal::Pattern;
use crate::unit::{DecibelMilliwatts, Decibels, DecibelsPerHertz, Literals, Quantity, Seconds};

use Confidence::{Estimate, Standard};

/// Samples a symbol of the record: as many as presets run with.
const SAMPLES: usize = 8;

/// What the optics of a lane are measured against.
#[derive(Clone, Debug, PartialEq)]
pub struct Optics {
    /// The reference receiver.
    pub receiver: Tdecq,
    /// Average power.
    pub average: Option<[DecibelMilliwatts; 2]>,
    /// The largest modulation amplitude.
    pub most_oma: Option<DecibelMilliwatts>,
    /// The largest eye closure, with and without fiber.
    pub closure: Decibels,
    /// The least modulation amplitude over the eye closure.
    pub oma_less_closure: Option<DecibelMilliwatts>,
    /// The least extinction ratio.
    pub extinction: Decibels,
    /// The largest noise.
    pub rin: DecibelsPerHertz,
    /// The slowest edge.
    pub transition: Seconds,
    /// The least modulation amplitude at the receiver.
    pub sensitivity: Option<DecibelMilliwatts>,
    /// Where the numbers come from.
    pub source: &'static str,
    /// How far to trust them.
    pub confidence: Confidence,
}

/// A lane of 100G behind a linear module.
pub fn lpo_100g() -> Optics {
    Optics {
        receiver: Tdecq::nine_taps(),
        average: Some([(-2.9).dbm(), 4.0.dbm()]),
        most_oma: Some(4.2.dbm()),
        closure: 3.4.db(),
        oma_less_closure: Some((-3.2).dbm()),
        extinction: 3.5.db(),
        rin: (-138.0).db_per_hz(),
        transition: 17.0.ps(),
        sensitivity: Some((-3.1).dbm()),
        source: "LPO MSA 100G-DR-LPO, second-hand; ER and transition from memory",
        confidence: Standard,
    }
}

/// A lane of 100G behind a module with a DSP.
pub fn dr_100g() -> Optics {
    Optics {
        receiver: Tdecq::five_taps(),
        oma_less_closure: Some((-2.2).dbm()),
        rin: (-136.0).db_per_hz(),
        sensitivity: Some((-1.9).dbm()),
        source: "400GBASE-DR4, from modules' data sheets",
        ..lpo_100g()
    }
}

/// A lane of 100G over multimode fiber.
pub fn sr_100g() -> Optics {
    Optics {
        receiver: Tdecq { taps: 9, ..Tdecq::five_taps() },
        average: Some([(-4.6).dbm(), 4.0.dbm()]),
        most_oma: None,
        closure: 4.4.db(),
        oma_less_closure: None,
        extinction: 2.5.db(),
        rin: (-132.0).db_per_hz(),
        sensitivity: None,
        source: "802.3db, from memory; power from a module's data sheet",
        confidence: Estimate,
        ..dr_100g()
    }
}

/// A lane of 100G over 2 km behind a module with a DSP.
pub fn fr_100g() -> Optics {
    Optics {
        average: None,
        most_oma: Some(3.7.dbm()),
        oma_less_closure: Some((-1.7).dbm()),
        sensitivity: Some((-2.6).dbm()),
        source: "400GBASE-FR4, from modules' data sheets",
        ..dr_100g()
    }
}

/// A lane of 200G behind a module with a DSP.
pub fn dr_200g() -> Optics {
    Optics {
        receiver: Tdecq::fifteen_taps(),
        average: None,
        most_oma: None,
        oma_less_closure: None,
        rin: (-139.0).db_per_hz(),
        transition: 8.0.ps(),
        sensitivity: None,
        source: "drafts of 802.3dj, second-hand",
        confidence: Estimate,
        ..lpo_100g()
    }
}

/// A hop with light in it: one record of SSPRQ.
pub fn optical(points: Vec<TestPoint>) -> TestRecord {
    TestRecord { pattern: Pattern::Ssprq, periods: 2, samples_per_symbol: SAMPLES, points }
}

/// A hop of copper: one record of PRBS13Q.
pub fn electrical(points: Vec<TestPoint>) -> TestRecord {
    TestRecord { pattern: Pattern::Prbs(13), periods: 8, samples_per_symbol: SAMPLES, points }
}

/// The output of a host's or a module's transmitter, ahead of its package: TP0, or TP4 of a
/// retimed module.
///
/// Jitter is not asked: standards measure it without the transmitter's filter, behind which noise
/// moves the smaller edges more than jitter does.
pub fn transmitter(name: &str) -> TestPoint {
    let metrics = vec![
        Metric::Vma(Limit::none()),
        Metric::LevelMismatch(at_least(0.95, Standard, "802.3ck, R_LM")),
        Metric::Sndr(at_least(32.5.db(), Standard, "802.3ck, SNR_TX of COM in the place of SNDR")),
    ];
    // A test set of 40 GHz, without equalizer.
    let receiver = Tdecq { taps: 1, bandwidth_ratio: Some(0.75), ..eecq() };
    point(name, "transmitter", metrics, receiver)
}

/// Where a host's output enters a linear module: TP1a as the host's output, TP1 as the module's
/// input.
pub fn linear_module_input(at: &str) -> [TestPoint; 2] {
    let msa = "LPO MSA, host loss above 13 dB, second-hand";
    let vma = between([0.175.volts(), 0.35.volts()], Standard, msa);
    let metrics = vec![Metric::Vma(vma), Metric::Eecq(at_most(3.5.db(), Standard, msa))];
    [point("TP1a", at, metrics, eecq()), input("TP1", at)]
}

/// Where a host's output enters a module with a retimer: TP1a as the host's output, TP1 as the
/// module's input.
pub fn retimed_module_input(at: &str) -> [TestPoint; 2] {
    let metrics = vec![Metric::Vma(Limit::none()), Metric::Eecq(Limit::none())];
    [point("TP1a", at, metrics, eecq()), input("TP1", at)]
}

/// The light that leaves a module: TP2.
pub fn light_out(at: &str, optics: &Optics) -> TestPoint {
    let Optics { confidence, source, .. } = *optics;
    let [average_least, average_most] = optics.average.map_or([None; 2], |range| range.map(Some));
    let metrics = vec![
        Metric::Oma(limit(None, optics.most_oma, confidence, source)),
        Metric::AveragePower(limit(average_least, average_most, confidence, source)),
        Metric::ExtinctionRatio(at_least(optics.extinction, confidence, source)),
        Metric::Tecq(at_most(optics.closure, confidence, source)),
        Metric::ClosureLessNoiseGain(at_most(optics.closure, confidence, source)),
        Metric::OmaLessClosure(limit(optics.oma_less_closure, None, confidence, source)),
        Metric::LevelMismatch(Limit::none()),
        Metric::Overshoot(at_most(0.22, Estimate, "802.3cu, second-hand")),
        Metric::TransitionTime(at_most(optics.transition, confidence, source)),
        Metric::RinOma(at_most(optics.rin, confidence, source)),
    ];
    point("TP2", at, metrics, optics.receiver.clone())
}

/// The light behind the fiber: TP3.
pub fn light_in(at: &str, optics: &Optics) -> TestPoint {
    let Optics { confidence, source, .. } = *optics;
    let metrics = vec![
        Metric::Tdecq(at_most(optics.closure, confidence, source)),
        Metric::Oma(limit(optics.sensitivity, None, confidence, source)),
        Metric::AveragePower(Limit::none()),
    ];
    point("TP3", at, metrics, optics.receiver.clone())
}

/// The output of a linear module: TP4.
pub fn linear_module_output(at: &str) -> TestPoint {
    let eecq_limit = at_most(7.0.db(), Standard, "LPO MSA, second-hand");
    let metrics = vec![
        Metric::Vma(Limit::none()),
        Metric::Eecq(eecq_limit),
        Metric::LevelMismatch(Limit::none()),
    ];
    point("TP4", at, metrics, eecq())
}

/// The end of a host's channel, at its receiver, behind a module with a retimer: TP5.
pub fn retimed_host_input(at: &str) -> TestPoint {
    input("TP5", at)
}

/// The end of a link that only the host's own receiver opens, of a linear module or of copper: TP5
/// where it is a host.
/// No reference equalizer is as long; SNDR says what none can undo.
pub fn linear_host_input(name: &str, at: &str) -> TestPoint {
    let metrics = vec![
        Metric::Vma(Limit::none()),
        Metric::Sndr(Limit::none()),
        Metric::LevelMismatch(Limit::none()),
    ];
    point(name, at, metrics, Tdecq { bandwidth_ratio: Some(0.75), ..eecq() })
}

/// What a receiver is given, seen by a reference equalizer.
fn input(name: &str, at: &str) -> TestPoint {
    let metrics = vec![
        Metric::Vma(Limit::none()),
        Metric::Eecq(Limit::none()),
        Metric::EyeHeight(Limit::none()),
        Metric::EyeWidth(Limit::none()),
        Metric::VerticalEyeClosure(Limit::none()),
    ];
    point(name, at, metrics, eecq())
}

/// The reference receiver of electrical eye closure: that of light, in decibels of a voltage.
fn eecq() -> Tdecq {
    Tdecq { decibels_per_decade: 20.0, ..Tdecq::nine_taps() }
}

fn point(name: &str, at: &str, metrics: Vec<Metric>, receiver: Tdecq) -> TestPoint {
    TestPoint { name: name.to_owned(), at: at.to_owned(), metrics, receiver }
}

/// A limit with its source, or none without bounds.
fn limit<Q: Quantity>(
    at_least: Option<Q>,
    at_most: Option<Q>,
    confidence: Confidence,
    source: &str,
) -> Limit<Q> {
    if at_least.is_none() && at_most.is_none() {
        return Limit::none();
    }
    Limit { at_least, at_most, confidence: Some(confidence), source: Some(source.to_owned()) }
}

fn at_least<Q: Quantity>(least: Q, confidence: Confidence, source: &str) -> Limit<Q> {
    limit(Some(least), None, confidence, source)
}

fn at_most<Q: Quantity>(most: Q, confidence: Confidence, source: &str) -> Limit<Q> {
    limit(None, Some(most), confidence, source)
}

fn between<Q: Quantity>([least, most]: [Q; 2], confidence: Confidence, source: &str) -> Limit<Q> {
    limit(Some(least), Some(most), confidence, source)
}
