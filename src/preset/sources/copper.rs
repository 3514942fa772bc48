//! Sources of channels.

use super::Confidence::{Estimate, Standard};
use super::{Source, source};

const KR: &str = "IEEE 802.3ck, COM parameters of clause 162 and 163 (reference code's sheets)";

pub(super) const SOURCES: &[Source] = &[
    source("channel", "source.package", Standard, KR),
    source("channel", "load.package", Standard, KR),
    source("channel", "source.resistance", Standard, "802.3ck R_d = 50 ohm a leg"),
    source("channel", "load.resistance", Standard, "802.3ck R_d = 50 ohm a leg"),
    source("channel", "sections", Estimate, "to do"),
];
