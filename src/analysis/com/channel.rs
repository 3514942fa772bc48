//! What a case makes of a channel's file: voltage transfer from die to die.

use num_complex::Complex64;

use super::Crosstalk;
use super::parameters::{Com, ComEnd, ComFilter, PackageCase};
use crate::response::com::{ComPackage, REFERENCE_OHM};
use crate::response::filter::{com_receiver, com_transition};
use crate::response::{Network, TwoPort};
use crate::unit::Meters;
use crate::{Error, Result};

/// What a channel's file is to the receiver: the signal's path, or an aggressor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Path {
    Through,
    Aggressor(Crosstalk),
}

/// The differential two-port of a file, and what it is.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) path: Path,
    pub(super) frequency: Vec<f64>,
    pub(super) points: Vec<TwoPort>,
    /// Loss at half the symbol rate without boards, dB.
    pub(super) loss_db: f64,
}

impl Channel {
    /// The differential mode of a file of four ports, or a file of two ports as it is, with the
    /// boards of the parameters.
    pub(super) fn new(com: &Com, path: Path, network: &Network) -> Result<Self> {
        let pair = match network.ports() {
            2 => network.two_port()?,
            _ => network.differential(com.ports)?,
        };
        let frequency = pair.frequency().to_vec();
        if frequency.len() < 60 {
            let message = format!("{} points, where 60 are needed", frequency.len());
            return Err(Error::unsupported(message));
        }
        let nyquist = com.symbol_rate.nyquist();
        if frequency[frequency.len() - 1] < nyquist.0 {
            let message = format!("the data ends below half the symbol rate, {nyquist}");
            return Err(Error::unsupported(message));
        }
        let with_boards = |(&hz, point): (&f64, &TwoPort)| {
            let point = point.renormalize(REFERENCE_OHM);
            let Some((near, far)) = boards(com, path, hz) else { return point };
            near.cascade(&point).cascade(&far)
        };
        let points = frequency.iter().zip(pair.points()).map(with_boards).collect();
        let transmission: Vec<Complex64> = pair.points().iter().map(|point| point.s21).collect();
        let loss_db = loss_at(&frequency, &transmission, nyquist.0);
        Ok(Self { path, frequency, points, loss_db })
    }
}

/// The boards at both ends of a channel (92.10.7.1, 162.11.7.1).
fn boards(com: &Com, path: Path, hz: f64) -> Option<(TwoPort, TwoPort)> {
    let board = com.board.as_ref()?;
    let (near, far) = match path {
        Path::Through => (board.transmitter, board.receiver),
        Path::Aggressor(Crosstalk::FarEnd) => (board.far_end, board.receiver),
        Path::Aggressor(Crosstalk::NearEnd) => (board.receiver, board.near_end),
    };
    let piece = |side: usize, length: Meters| {
        let capacitance = |farad: f64| TwoPort::shunt_capacitance(hz, 0.5 * farad, REFERENCE_OHM);
        capacitance(board.package_capacitance[side].0)
            .cascade(&board.line.section(hz, 1e3 * length.0, board.impedance[side].0))
            .cascade(&capacitance(board.channel_capacitance[side].0))
    };
    Some((piece(0, near), piece(1, far).flip()))
}

fn package(com: &Com, end: &ComEnd, lengths: &[Meters]) -> ComPackage {
    let die = end.die_capacitance.iter().zip(&end.die_inductance);
    let pieces = lengths.iter().zip(&end.impedance).filter(|(length, _)| length.0 > 0.0);
    ComPackage {
        die: die.map(|(c, l)| (c.0, l.0)).collect(),
        bump: end.bump_capacitance.0,
        line: com.line,
        pieces: pieces.map(|(length, ohm)| (1e3 * length.0, ohm.0)).collect(),
        board: end.board_capacitance.0,
    }
}

/// The packages of a case at the frequencies of its files.
#[derive(Debug)]
pub(super) struct Packages {
    through: Vec<TwoPort>,
    far_end: Vec<TwoPort>,
    near_end: Vec<TwoPort>,
    receiver: Vec<TwoPort>,
    /// Terminations, differential.
    ends_ohm: [f64; 2],
}

impl Packages {
    pub(super) fn new(com: &Com, case: &PackageCase, frequency: &[f64]) -> Self {
        let at = |end: &ComEnd, lengths: &[Meters]| -> Vec<TwoPort> {
            let package = package(com, end, lengths);
            frequency.iter().map(|&hz| package.at(hz)).collect()
        };
        let through = at(&com.transmitter, &case.transmitter);
        let same = case.far_end == case.transmitter;
        let far_end = if same { through.clone() } else { at(&com.transmitter, &case.far_end) };
        let receiver = at(&com.receiver, &case.receiver);
        Self {
            through,
            far_end,
            near_end: at(&com.transmitter, &case.near_end),
            receiver: receiver.iter().map(TwoPort::flip).collect(),
            ends_ohm: [2.0 * com.transmitter.termination.0, 2.0 * com.receiver.termination.0],
        }
    }

    /// A channel behind the transmitter's package and die, whose termination its far reflection has.
    pub(super) fn ahead_of(&self, points: &[TwoPort]) -> Vec<TwoPort> {
        let die = (self.ends_ohm[0] - REFERENCE_OHM) / (self.ends_ohm[0] + REFERENCE_OHM);
        let behind = |(package, point): (&TwoPort, &TwoPort)| {
            let whole = package.cascade(point);
            let s22 = whole.s22 + whole.s12 * whole.s21 * die / (1.0 - whole.s11 * die);
            TwoPort { s22, ..whole }
        };
        self.through.iter().zip(points).map(behind).collect()
    }

    /// A channel between its packages (93A-15).
    pub(super) fn around(&self, channel: &Channel) -> Vec<TwoPort> {
        let near = match channel.path {
            Path::Through => &self.through,
            Path::Aggressor(Crosstalk::FarEnd) => &self.far_end,
            Path::Aggressor(Crosstalk::NearEnd) => &self.near_end,
        };
        let points = near.iter().zip(&channel.points).zip(&self.receiver);
        points.map(|((near, point), far)| near.cascade(point).cascade(far)).collect()
    }

    /// Voltage transfer from die to die, with the transmitter's filter (93A-18, 93A-46).
    pub(super) fn transfer(&self, com: &Com, channel: &Channel) -> Vec<Complex64> {
        let [source, load] = self.ends_ohm;
        let whole = self.around(channel);
        let edge = |hz: f64| {
            com.transition_time.map_or(Complex64::ONE, |time| {
                // A Gaussian is not causal: three transition times of delay make it nearly so.
                let turn = -6.0 * std::f64::consts::PI * hz * time.0;
                Complex64::from_polar(com_transition(hz, time.0), turn)
            })
        };
        let points = whole.iter().zip(&channel.frequency);
        points.map(|(point, &hz)| point.voltage_transfer(source, load) * edge(hz)).collect()
    }
}

impl ComFilter {
    /// The receiver's filter at a frequency in hertz (93A-20).
    pub(super) fn at(&self, hz: f64, symbol_rate: f64) -> Complex64 {
        let filter = com_receiver(hz / (self.bandwidth * symbol_rate));
        let Some([begin, end]) = self.raised_cosine else { return filter };
        let roll = match hz {
            hz if hz < begin.0 => 1.0,
            hz if hz > end.0 => 0.0,
            _ => 0.5 + 0.5 * (std::f64::consts::PI * (hz - begin.0) / (end.0 - begin.0)).cos(),
        };
        filter * roll
    }
}

/// Loss in decibels, interpolated between points.
pub(super) fn loss_at(frequency: &[f64], transfer: &[Complex64], hz: f64) -> f64 {
    let k = frequency.partition_point(|&f| f <= hz).clamp(1, frequency.len() - 1);
    let db = |k: usize| -20.0 * transfer[k].norm().max(1e-300).log10();
    let part = (hz - frequency[k - 1]) / (frequency[k] - frequency[k - 1]);
    db(k - 1) + (db(k) - db(k - 1)) * part
}
