//! What is told of results: text for people, JSON for programs.
//!
//! | Item | What it is |
//! |---|---|
//! | [`run_text`], [`compare_text`] | tables of one or several simulated routes |
//! | [`attribute_text`] | tables of where the noise of simulated routes comes from |
//! | [`RunReport`], [`CompareReport`], [`AttributeReport`] | the same for JSON, with a JSON Schema |
//! | [`ComparisonPage`] | several simulated routes as one HTML page |
//! | [`budget_text`], [`BudgetReport`] | what routes cost, as text and JSON |
//! | [`sweep_text`], [`reach_text`], [`crossover_text`] | sweeps and searches as tables |
//! | [`SweepReport`], [`ReachReport`], [`CrossoverReport`] | the same for JSON |
//! | [`ChannelReport`] | what a Touchstone file is worth, as text and JSON |
//! | [`ComRunReport`] | channel operating margin of a channel, as text and JSON |
//! | [`EyeClosureReport`], [`EyeReport`] | what is measured on a waveform from elsewhere |
//! | [`proof_text`] | what was computed again, beside what was expected |
//! | [`LibraryReport`] | the numbers of all presets, as text and JSON |
//! | [`annotated`] | the document of a preset, with the source of each number |
//!
//! Every number says how it was obtained: a column or a field beside it, or the legend below.

mod annotated;
mod capture;
mod channel;
mod com;
mod html;
mod json;
mod library;
mod proof;
mod table;
mod text;

pub use annotated::annotated;
pub use capture::{EyeClosureReport, EyeReport, PartialEntry};
pub use channel::{AtFrequencies, ChannelReport};
pub use com::{ComCaseEntry, ComFiles, ComRunReport};
pub use html::{ComparisonPage, PageFigure};
pub use json::{
    AgreementEntry, AttributeReport, AttributionEntry, BathtubEntry, BerEntry, BudgetEntry,
    BudgetReport, CompareReport, ContourEntry, ConvergenceEntry, CountedEntry, CrossoverReport,
    DelayEntry, EqualizerEntry, EyeEntry, HopClassEntry, HopEntry, HopShares, ItemEntry,
    LaserEntry, LatencyEntry, LevelEntry, MetricEntry, ModuleEntry, PanelEntry, PartEntry,
    PointEntry, ProbeEntry, PublishedEntry, ReachReport, RouteShares, RunReport, SemiAnalyticEntry,
    ShareEntry, StatisticalEntry, SweepReport, SwitchEntry,
};
pub use library::{LibraryReport, ParameterEntry};
pub use proof::proof_text;
pub use text::{
    attribute_text, budget_text, compare_text, crossover_text, length_text, reach_text, run_text,
    sweep_text,
};
