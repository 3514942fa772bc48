//! Sources of lanes, error correction and packaging.

use super::Confidence::{Estimate, Standard, Vendor};
use super::{Source, source};

pub(super) const SOURCES: &[Source] = &[
    source("hop", "symbol-rate", Standard, "IEEE 802.3ck, 100GBASE-DR: 53.125 GBd PAM4")
        .of(&["53.125 GBd"]),
    source(
        "hop",
        "symbol-rate",
        Standard,
        "modelled after IEEE P802.3dj (PAM4) and the OCI (NRZ): 106.25 GBd",
    )
    .of(&["106.25 GBd"]),
    source("hop", "symbol-rate", Vendor, "optical I/O of 32 Gb/s a wavelength, and twice as fast"),
    source(
        "route",
        "target",
        Estimate,
        "links from die to die without error correction ask for 1e-12 to 1e-15",
    ),
    source("fec", "codewords-interleaved", Standard, "400GBASE-DR4: two codewords").of(&["2"]),
    source("fec", "codewords-interleaved", Standard, "800GBASE-R: four codewords").of(&["4"]),
    source("fec", "lanes", Standard, "400GBASE-DR4, 800GBASE-DR4: four lanes"),
    source("fec", "multiplexing", Standard, "400GBASE-DR4: 16 streams over four lanes"),
    source("packaging", "lanes", Standard, "modelled after an OSFP cage: eight lanes each way")
        .of(&["8"]),
    source("packaging", "lanes", Vendor, "optical engines of 3.2 and 6.4 Tb/s: 32 lanes")
        .of(&["32"]),
    source("packaging", "lanes", Vendor, "optical I/O of 64 times 32 Gb/s (Intel)").of(&["64"]),
    source("packaging", "lasers", Estimate, "one laser for two to eight lanes, by its power"),
    source("packaging", "form.package-edge.pitch", Vendor, "fiber arrays of 127 um"),
    source("packaging", "form", Estimate, "one row of fibers, a fiber each lane and direction"),
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
    source("aggressor", "delay", Estimate, "a spread of phases within the unit interval"),
];
