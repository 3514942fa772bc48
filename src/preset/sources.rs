//! Where the numbers of the presets come from.

pub use crate::route::Confidence;

/// Where a number comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the number belongs to: `transmitter`, `receiver`, or the kind of a device as documents
    /// write it.
    pub part: &'static str,
    /// The parameter as documents write it, with the tables it stands in; it stands for all that
    /// is below it too.
    pub key: &'static str,
    /// How far to trust it.
    pub confidence: Confidence,
    /// Where it comes from.
    pub text: &'static str,
}

/// Where each number of the presets comes from. The first entry that fits a number is its own.
pub fn sources() -> &'static [Source] {
    SOURCES
}

const CK: &str = "IEEE 802.3ck, COM parameters of clause 162 and 163 (reference code's sheets)";
const USUAL: &str = "usual for parts of this class";

const fn source(
    part: &'static str,
    key: &'static str,
    confidence: Confidence,
    text: &'static str,
) -> Source {
    Source { part, key, confidence, text }
}

use Confidence::{Estimate, Paper, Standard, Vendor};

const SOURCES: &[Source] = &[
    source("hop", "symbol-rate", Standard, "IEEE 802.3ck, 100GBASE-DR: 53.125 GBd PAM4"),
    source("fec", "", Standard, "400GBASE-DR4: RS(544,514), two codewords over four lanes"),
    source("packaging", "lanes", Standard, "modelled after an OSFP cage: eight lanes each way"),
    source("packaging", "lasers", Estimate, "two lasers for the eight lanes of a module"),
    source("aggressor", "delay", Estimate, "a spread of phases within the unit interval"),
    source("test", "", Estimate, "as many as noise and jitter are told from the pattern with"),
    source(
        "test-point",
        "receiver.bandwidth-ratio",
        Standard,
        "half the symbol rate for light and eye closure, 40 GHz for transmitters (802.3)",
    ),
    source(
        "test-point",
        "receiver.decibels-per-decade",
        Estimate,
        "of a power 10; of a voltage 20, which fits the LPO MSA's limit but is not confirmed",
    ),
    source(
        "test-point",
        "receiver",
        Standard,
        "5 taps and 4.8e-4 (802.3bs), 9 and 4.0e-4 (LPO MSA), 15 (drafts of 802.3dj); second-hand",
    ),
    source("transmitter", "swing", Standard, "802.3ck: twice A_v = 0.413 V"),
    source("transmitter", "edge", Standard, "802.3ck T_r = 7.5 ps, 20 to 80 %"),
    source(
        "transmitter",
        "fir",
        Vendor,
        "host: an operator's taps for a linear module (SONiC, sonic-swss pull request 4127); \
         module: moderate de-emphasis, an estimate",
    ),
    source("transmitter", "dac-bits", Estimate, USUAL),
    source("transmitter", "level-mismatch", Standard, "802.3ck R_LM = 0.95"),
    source("transmitter", "sndr", Standard, "802.3ck SNR_TX = 33 dB"),
    source("transmitter", "jitter.even-odd", Estimate, "none: below its limit of 0.025 UI"),
    source("transmitter", "jitter", Standard, "802.3ck sigma_RJ = 0.01 UI, A_DD = 0.02 UI"),
    source("channel", "source.package", Standard, CK),
    source("channel", "load.package", Standard, CK),
    source("channel", "source.resistance", Standard, "802.3ck R_d = 50 ohm a leg"),
    source("channel", "load.resistance", Standard, "802.3ck R_d = 50 ohm a leg"),
    source(
        "channel",
        "sections",
        Estimate,
        "802.3ck's host board (constants and capacitances of clause 162's sheet); lengths (10 in in \
         a host, 20 mm in a module, 21 in of copper) and coupling are an estimate",
    ),
    source("driver", "bandwidth", Estimate, USUAL),
    source("driver", "agc.swing", Paper, "2.25 V peak to peak, a published linear driver"),
    source("driver", "", Estimate, USUAL),
    source("mach-zehnder", "laser.rin", Estimate, "usual of CW lasers; limit -136 dB/Hz (DR)"),
    source("mach-zehnder", "laser", Estimate, "a fourth of a 16 dBm laser; linewidth usual"),
    source("mach-zehnder", "", Estimate, "usual of silicon depletion modulators for 100G"),
    source("single-mode-fiber", "length", Standard, "100GBASE-DR: 500 m"),
    source("single-mode-fiber", "attenuation", Vendor, "OS2 fiber, at most 0.4 dB/km"),
    source("single-mode-fiber", "connector-loss", Vendor, "two MPO connectors of 0.35 dB"),
    source("single-mode-fiber", "wavelength", Standard, "DR: 1304.5 to 1317.5 nm"),
    source("single-mode-fiber", "", Standard, "modelled after ITU-T G.652"),
    source("photodiode", "", Estimate, "usual of germanium photodiodes for 100G"),
    source("tia", "transimpedance", Paper, "74 dB ohm, a SiGe amplifier"),
    source("tia", "bandwidth", Paper, "42 GHz, the same amplifier"),
    source("tia", "noise-density", Paper, "12.5 pA/rtHz, the same amplifier"),
    source("tia", "agc", Estimate, "usual swing of a module's output"),
    source("tia", "compression", Estimate, "THD of 1 % at that swing"),
    source("tia", "", Estimate, USUAL),
    source("receiver", "noise-density", Standard, "802.3ck eta_0 = 8.2e-9 V^2/GHz (KR)"),
    source("receiver", "ctle.dc-gain", Estimate, "start of the search"),
    source("receiver", "ctle", Standard, CK),
    source("receiver", "ctle-search", Standard, "802.3ck's range of g_DC in steps of 2 dB"),
    source("receiver", "bandwidth", Standard, "802.3ck f_r = 0.75 of the symbol rate"),
    source("receiver", "digital", Estimate, "usual of long-reach receivers at 100G"),
];
