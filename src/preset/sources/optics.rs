//! Sources of optical parts.

use super::Confidence::{Estimate, Paper, Standard, Vendor};
use super::{Source, USUAL, source};

const OCI: &str = "modelled after the OCI's 106.25 GBd NRZ, second-hand";
const RING: &str = "usual of silicon microrings";
const LASER: &str = "850 nm lasers for 100 Gb/s; from memory";
const GLASS: &str = "802.3cu's grid of four lanes, 20 nm apart; losses usual";

pub(super) const SOURCES: &[Source] = &[
    source("driver", "agc.crest", Estimate, "of the lane's alphabet: 1 of NRZ, 1.342 of PAM4"),
    source("driver", "agc.swing", Paper, "2.25 V peak to peak, a published linear driver")
        .of(&["2.25 V"]),
    source("driver", "agc.swing", Estimate, "1.2 to 2 V are usual of microrings").of(&["1.6 V"]),
    source("driver", "agc.swing", Estimate, "the upper end of what is usual of microrings")
        .of(&["2 V"]),
    source("driver", "agc.swing", Estimate, "1 to 1.5 V are usual of EMLs").of(&["1 V"]),
    source(
        "driver",
        "saturation",
        Vendor,
        "of EMLs' drivers 2 V at a distortion of 5 % are asked (kimber_3cd_01a_0916): 3 V at most",
    )
    .of(&["3 V"]),
    source("driver", "", Estimate, USUAL),
    source("mach-zehnder", "laser.rin", Estimate, "usual of CW lasers; limit -136 dB/Hz (DR)"),
    source("mach-zehnder", "laser", Estimate, "a fourth of a 16 dBm laser; linewidth usual"),
    source("mach-zehnder", "", Estimate, "usual of silicon depletion modulators"),
    source(
        "electro-absorption",
        "laser.rin",
        Estimate,
        "usual of CW lasers; limit -136 dB/Hz (FR)",
    ),
    source(
        "electro-absorption",
        "laser.power",
        Estimate,
        "16 mW into the modulator: 3 dBm in the fiber, where 2 to 5 dBm are usual",
    ),
    source(
        "electro-absorption",
        "absorption.exponential.power",
        Estimate,
        "2 to 4 are usual of wells",
    ),
    source(
        "electro-absorption",
        "absorption",
        Estimate,
        "8 dB at 2 V; 4 to 6 dB of a volt or more",
    ),
    source("electro-absorption", "bias", Estimate, "where light falls most steeply with voltage"),
    source(
        "electro-absorption",
        "chirp",
        Estimate,
        "0.5 to 1.5, falling with the bias and through zero, are usual: 0.1 at the bias",
    ),
    source("electro-absorption", "chirp-slope", Estimate, "1.5 to 0.5 over the first volt"),
    source(
        "electro-absorption",
        "bandwidth",
        Estimate,
        "40 GHz at 53 GBd, 55 to 65 GHz at 106 GBd are usual",
    ),
    source(
        "electro-absorption",
        "loss",
        Estimate,
        "couplers, and what is absorbed without voltage",
    ),
    source("electro-absorption", "", Estimate, "usual of lasers and modulators on one chip"),
    source("microring", "laser.rin", Standard, OCI).of(&["-138 dB/Hz"]),
    source("microring", "laser.rin", Estimate, "usual of CW lasers; limit -136 dB/Hz (DR)"),
    source("microring", "laser.power", Estimate, "so that OMA is within the OCI's -2.5 to 2 dBm")
        .of(&["6 dBm"]),
    source("microring", "laser", Estimate, "a line of a comb, or a share of a laser; usual"),
    source(
        "microring",
        "wavelength",
        Standard,
        "that of the light in its fiber (DR, FR4, the OCI)",
    ),
    source("microring", "quality", Standard, "the OCI's 106.25 GBd: 2500 to 4000; second-hand")
        .of(&["3500.0"]),
    source("microring", "quality", Estimate, "a linewidth near the symbol rate, or above it"),
    source("microring", "tuning", Estimate, "20 to 60 pm/V are usual"),
    source("microring", "bandwidth", Estimate, "35 to 80 GHz are usual"),
    source("microring", "heater.efficiency", Paper, "0.1 nm/mW, a published ring of 110 GHz"),
    source("microring", "detuning", Estimate, "a lock without error"),
    source("microring", "drift", Estimate, "none: the lock follows it"),
    source("microring", "neighbors.spacing", Standard, "CW-WDM MSA: a grid of 200 GHz")
        .of(&["200 GHz", "-200 GHz"]),
    source("microring", "neighbors.spacing", Standard, "the OCI's grid of 400 GHz, second-hand"),
    source("microring", "", Estimate, RING),
    source(
        "vcsel",
        "diode.bias",
        Estimate,
        "the most at which light still has an extinction ratio of 2.5 dB; above the 6 to 8 mA of \
         published narrow apertures (doi 10.1117/12.2504064, 10.1109/JLT.2020.3017798), below the \
         17 mA of a wide one (10.1109/JSTQE.2021.3086056)",
    ),
    source(
        "vcsel",
        "diode.slope-efficiency",
        Estimate,
        "from a limit: leaves at most 4 dBm in the fiber (data sheet of a 400G SR4 module)",
    ),
    source(
        "vcsel",
        "diode.rin",
        Estimate,
        "the best of the usual -140 to -145 dB/Hz, as light has to keep -132 dB/Hz relative to the \
         OMA",
    ),
    source("vcsel", "", Estimate, LASER),
    source("single-mode-fiber", "length", Standard, "100GBASE-DR: 500 m").of(&["500 m"]),
    source("single-mode-fiber", "length", Standard, "400GBASE-FR4: 2 km").of(&["2 km"]),
    source("single-mode-fiber", "length", Vendor, "optical I/O reaches 100 m").of(&["100 m"]),
    source("single-mode-fiber", "attenuation", Vendor, "OS2 fiber, at most 0.4 dB/km"),
    source("single-mode-fiber", "connector-loss", Vendor, "two MPO connectors of 0.35 dB"),
    source(
        "single-mode-fiber",
        "wavelength",
        Standard,
        "FR4: 1264.5 to 1277.5 nm in the lowest of its four lanes",
    )
    .of(&["1.2645 um"]),
    source("single-mode-fiber", "wavelength", Standard, "DR: 1304.5 to 1317.5 nm")
        .of(&["1.3045 um"]),
    source("single-mode-fiber", "wavelength", Standard, "O band, near the OCI's 1308 to 1315 nm"),
    source("single-mode-fiber", "zero-dispersion", Standard, "ITU-T G.652: 1300 to 1324 nm"),
    source("single-mode-fiber", "", Standard, "modelled after ITU-T G.652"),
    source("multimode-fiber", "length", Standard, "100GBASE-SR1 over OM4: 100 m"),
    source("multimode-fiber", "modal-bandwidth", Standard, "OM4: 4700 MHz km at 850 nm"),
    source("multimode-fiber", "attenuation", Vendor, "OM4: 3 dB/km"),
    source("multimode-fiber", "spectral-width", Estimate, "below the 0.6 nm that are allowed"),
    source(
        "multimode-fiber",
        "mode-partition.coefficient",
        Estimate,
        "a bound: with more of it light of the 0.6 nm that modules for this length may have misses \
         the limit of error correction after 100 m of OM4 without any other noise; the 0.3 of older link \
         models was for slower lanes; measured ones differ by laser and pair of modes (doi \
         10.1109/JLT.2016.2581833)",
    ),
    source("multimode-fiber", "", Estimate, LASER),
    source("optical-filter", "neighbors.symbol-rate", Standard, "as the lane's own"),
    source("optical-filter", "bandwidth", Estimate, "13 nm of a CWDM lane").of(&["2.4 THz"]),
    source("optical-filter", "neighbors.offset", Standard, GLASS).of(&["-3.65 THz"]),
    source("optical-filter", "neighbors.offset", Standard, "grids of CW-WDM MSA and the OCI"),
    source("optical-filter", "", Estimate, USUAL),
    source("photodiode", "", Estimate, "usual of germanium photodiodes, of gallium arsenide ones"),
    source("tia", "transimpedance", Paper, "74 dB ohm, a SiGe amplifier").of(&["5 kohm"]),
    source("tia", "bandwidth", Paper, "42 GHz, the same amplifier").of(&["42 GHz"]),
    source("tia", "noise-density", Paper, "12.5 pA/rtHz, the same amplifier").of(&["12.5 pA/rtHz"]),
    source("tia", "bandwidth", Paper, "65 GHz, a SiGe amplifier for 224 Gb/s").of(&["65 GHz"]),
    source("tia", "noise-density", Paper, "13.2 pA/rtHz, the same amplifier").of(&["13.2 pA/rtHz"]),
    source("tia", "transimpedance", Paper, "63 dB ohm, an amplifier in 16 nm CMOS (2022)"),
    source("tia", "bandwidth", Paper, "32 GHz, the same amplifier in CMOS").of(&["32 GHz"]),
    source("tia", "noise-density", Paper, "16.9 pA/rtHz, the same amplifier in CMOS")
        .of(&["16.9 pA/rtHz"]),
    source("tia", "agc.crest", Estimate, "of the lane's alphabet: 1 of NRZ, 1.342 of PAM4"),
    source("tia", "agc", Estimate, "usual swing of a module's output"),
    source("tia", "compression", Estimate, "THD of 1 % at that swing"),
    source("tia", "equalizer", Estimate, "3 to 4 dB, corners as those of the copper's receivers"),
    source("tia", "", Estimate, USUAL),
];
