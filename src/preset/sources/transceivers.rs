//! Sources of transmitters and receivers.

use super::Confidence::{Estimate, Standard, Vendor};
use super::{Source, USUAL, source};

const KR: &str = "IEEE 802.3ck, COM parameters of clause 162 and 163 (reference code's sheets)";
const C2M: &str = "IEEE 802.3ck, COM parameters of annex 120G (reference code's sheets)";
const DJ: &str = "modelled after IEEE P802.3dj, example of COM parameters (PyChOpMarg)";

/// -2, 7, -27, 94, -13 and -11 over 154.
const OPERATOR: &str = "[-0.012987012987012988, \
    0.045454545454545456, \
    -0.17532467532467533, \
    0.6103896103896104, \
    -0.08441558441558442, \
    -0.07142857142857142]";

pub(super) const SOURCES: &[Source] = &[
    source("transmitter", "swing", Standard, "802.3ck, P802.3dj: twice A_v = 0.413 V"),
    source("transmitter", "edge", Standard, "802.3ck T_r = 7.5 ps, 20 to 80 %").of(&["7.5 ps"]),
    source("transmitter", "edge", Standard, "P802.3dj, example: T_r = 4 ps").of(&["4 ps"]),
    source("transmitter", "edge", Estimate, "a third of the symbol time").of(&["10 ps", "5 ps"]),
    source("transmitter", "fir", Estimate, "none over two millimeters").of(&["[1.0]"]),
    source("transmitter", "fir", Estimate, "moderate de-emphasis ahead of a retimer or a driver")
        .of(&["[-0.08, 0.84, -0.08]"]),
    source(
        "transmitter",
        "fir",
        Vendor,
        "an operator's taps for a linear module (SONiC, sonic-swss pull request 4127)",
    )
    .of(&[OPERATOR]),
    source("transmitter", "fir", Estimate, "least squares for the pulse behind the host's channel"),
    source("transmitter", "dac-bits", Estimate, USUAL),
    source("transmitter", "level-mismatch", Estimate, "two levels have no third").of(&["1.0"]),
    source("transmitter", "level-mismatch", Standard, "802.3ck, P802.3dj: R_LM = 0.95"),
    source("transmitter", "sndr", Standard, "802.3ck, P802.3dj: SNR_TX = 33 dB"),
    source("transmitter", "jitter.even-odd", Estimate, "none: below its limit of 0.025 UI"),
    source("transmitter", "jitter", Standard, "802.3ck sigma_RJ = 0.01 UI, A_DD = 0.02 UI"),
    source("receiver", "noise-density", Standard, "802.3ck eta_0 = 8.2e-9 V^2/GHz (KR)")
        .of(&["2.86 nV/rtHz"]),
    source("receiver", "noise-density", Standard, "P802.3dj, example: eta_0 = 6e-9 V^2/GHz")
        .of(&["2.45 nV/rtHz"]),
    source("receiver", "noise-density", Standard, "802.3ck eta_0 = 2e-8 V^2/GHz (C2C)")
        .of(&["4.47 nV/rtHz"]),
    source("receiver", "noise-density", Standard, "802.3ck eta_0 = 4.1e-8 V^2/GHz (C2M)")
        .of(&["6.4 nV/rtHz"]),
    source("receiver", "noise-density", Estimate, "half the power of 802.3ck's C2C")
        .of(&["3.16 nV/rtHz"]),
    source("receiver", "ctle.dc-gain", Estimate, "start of the search"),
    source("receiver", "ctle.low-frequency-gain", Estimate, "within the ranges of 802.3ck"),
    source("receiver", "ctle", Standard, C2M).of(&["12.58 GHz", "20 GHz", "28 GHz"]),
    source("receiver", "ctle", Standard, KR).of(&["21.25 GHz", "53.125 GHz", "664.0625 MHz"]),
    source("receiver", "ctle", Standard, "802.3ck's C2M and P802.3dj's example: f_LF")
        .of(&["1.328125 GHz"]),
    source("receiver", "ctle", Standard, DJ).of(&["42.5 GHz", "106.25 GHz"]),
    source("receiver", "ctle-search.lowest", Standard, "802.3ck's range of g_DC (KR)")
        .of(&["-20 dB"]),
    source("receiver", "ctle-search.lowest", Standard, "802.3ck's range of g_DC (C2M)")
        .of(&["-13 dB"]),
    source("receiver", "ctle-search.lowest", Standard, DJ).of(&["-15 dB"]),
    source("receiver", "ctle-search", Estimate, "short channels; steps fine enough to find one"),
    source("receiver", "bandwidth", Standard, "802.3ck f_r = 0.75 of the symbol rate")
        .of(&["39.84375 GHz"]),
    source("receiver", "bandwidth", Standard, "P802.3dj, example: 0.58 of the symbol rate")
        .of(&["61.625 GHz"]),
    source("receiver", "bandwidth", Estimate, "0.75 of the symbol rate, as 802.3ck has it"),
    source("receiver", "digital.adc.enob", Estimate, "5 to 5.5 bits are usual near 100 GS/s"),
    source("receiver", "digital.dfe.limit", Standard, "802.3ck b_max (C2C, C2M)")
        .of(&["[0.65, 0.15, 0.1, 0.1, 0.1, 0.1]", "[0.4, 0.15, 0.15, 0.1]"]),
    source("receiver", "digital.dfe.limit", Standard, DJ).of(&["0.85"]),
    source("receiver", "digital.dfe.lowest", Standard, "802.3ck b_min (C2C, C2M)"),
    source("receiver", "digital.dfe.taps", Standard, "802.3ck N_b (C2C, C2M)").of(&["4", "6"]),
    source("receiver", "digital.ffe.taps", Standard, DJ).of(&["16"]),
    source("receiver", "digital", Estimate, USUAL),
];
