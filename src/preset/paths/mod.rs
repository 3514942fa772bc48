//! The architectures: the same parts, with symbols decided at other places.

mod copper;
mod measured;
mod packaged;
mod pluggable;

pub use copper::{acc, aec, backplane, copper_100g, cpc, dac, pcb};
pub use packaged::{cpo_mrm, cpo_mzm, npo, oio};
pub use pluggable::{dsp, dsp_eml, lpo, lpo_eml, lro, rro};

use super::parts::{self, Line, Rate, Span};
use crate::route::{Hop, Packaging, Route, Stage, TestRecord};
use crate::signal::{Modulation, Pattern};
use crate::transceiver::{Receiver, Transmitter};

/// Every architecture at every rate and over every span that it has.
pub(super) fn all() -> Vec<Route> {
    let rates = [Rate::G100, Rate::G200];
    let pluggable: [fn(Rate, Span) -> Route; 4] = [lpo, lro, rro, dsp];
    let packaged: [fn(Rate, Span) -> Route; 3] = [npo, cpo_mzm, cpo_mrm];
    let electrical: [fn(Rate) -> Route; 6] = [cpc, dac, acc, aec, pcb, backplane];
    let over_single_mode = |architecture: fn(Rate, Span) -> Route| {
        let spans = [Span::Dr, Span::Fr];
        spans.map(|span| rates.map(|rate| architecture(rate, span))).into_iter().flatten()
    };
    let mut routes: Vec<Route> = pluggable.into_iter().flat_map(over_single_mode).collect();
    routes.extend(rates.map(|rate| dsp_eml(rate, Span::Fr)));
    routes.extend([lpo_eml(Rate::G100, Span::Fr), lpo_eml(Rate::G200, Span::Dr)]);
    routes.extend([lpo, dsp].map(|architecture| architecture(Rate::G100, Span::Sr)));
    routes.extend(packaged.into_iter().flat_map(over_single_mode));
    routes.extend([Line::G32, Line::G64, Line::G106].map(oio));
    for architecture in electrical {
        routes.extend(rates.map(architecture));
    }
    routes.push(copper_100g());
    routes
}

/// A hop at the symbol rate of the outer code alone.
fn hop(
    rate: Rate,
    name: &str,
    transmitter: Transmitter,
    stages: Vec<Stage>,
    receiver: Receiver,
    test: TestRecord,
) -> Hop {
    Hop {
        name: name.to_owned(),
        symbol_rate: rate.symbol_rate(),
        modulation: Modulation::Pam4,
        precoding: false,
        transmitter,
        stages,
        aggressors: Vec::new(),
        receiver,
        test: Some(test),
    }
}

fn route(
    name: String,
    description: String,
    packaging: Packaging,
    rate: Rate,
    hops: Vec<Hop>,
) -> Route {
    Route {
        name,
        description,
        pattern: Pattern::Random,
        fec: Some(parts::fec(rate)),
        target: None,
        packaging: Some(packaging),
        hops,
    }
}

/// A route over optics: its name and description say over which span.
fn optical(
    prefix: &str,
    what: &str,
    packaging: Packaging,
    (rate, span): (Rate, Span),
    hops: Vec<Hop>,
) -> Route {
    let name = format!("{prefix}-{}-{}", span.tag(), rate.tag());
    // Drafts of 802.3dj have one over 2 km.
    let without = match (rate, span) {
        (Rate::G200, Span::Fr) => ", without an inner code",
        _ => "",
    };
    let what = format!("{} of fiber: {what}{without}", span.length());
    route(name, what, packaging, rate, hops)
}
