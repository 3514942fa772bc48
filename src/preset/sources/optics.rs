//! Sources of optical parts.

use super::Confidence::{Estimate, Paper, Standard, Vendor};
use super::{Source, USUAL, source};

pub(super) const SOURCES: &[Source] = &[
    source("driver", "agc.swing", Paper, "2.25 V peak to peak, a published linear driver"),
    source("driver", "", Estimate, USUAL),
    source("mach-zehnder", "laser.rin", Estimate, "usual of CW lasers; limit -136 dB/Hz (DR)"),
    source("mach-zehnder", "laser", Estimate, "a fourth of a 16 dBm laser; linewidth usual"),
    source("mach-zehnder", "", Estimate, "usual of silicon depletion modulators"),
    source("single-mode-fiber", "length", Standard, "100GBASE-DR: 500 m").of(&["500 m"]),
    source("single-mode-fiber", "length", Standard, "400GBASE-FR4: 2 km").of(&["2 km"]),
    source("single-mode-fiber", "attenuation", Vendor, "OS2 fiber, at most 0.4 dB/km"),
    source("single-mode-fiber", "connector-loss", Vendor, "two MPO connectors of 0.35 dB"),
    source("single-mode-fiber", "wavelength", Standard, "DR: 1304.5 to 1317.5 nm")
        .of(&["1.311 um"]),
    source("single-mode-fiber", "wavelength", Standard, "FR4: the lowest lane of its CWDM grid")
        .of(&["1.271 um"]),
    source("single-mode-fiber", "", Standard, "modelled after ITU-T G.652"),
    source("photodiode", "", Estimate, "usual of germanium photodiodes"),
    source("tia", "transimpedance", Paper, "74 dB ohm, a SiGe amplifier"),
    source("tia", "bandwidth", Paper, "42 GHz, the same amplifier").of(&["42 GHz"]),
    source("tia", "noise-density", Paper, "12.5 pA/rtHz, the same amplifier").of(&["12.5 pA/rtHz"]),
    source("tia", "bandwidth", Paper, "65 GHz, a SiGe amplifier for 224 Gb/s").of(&["65 GHz"]),
    source("tia", "noise-density", Paper, "13.2 pA/rtHz, the same amplifier").of(&["13.2 pA/rtHz"]),
    source("tia", "agc", Estimate, "usual swing of a module's output"),
    source("tia", "compression", Estimate, "THD of 1 % at that swing"),
    source("tia", "", Estimate, USUAL),
];
