//! What wrong decisions cost.

use crate::signal::Modulation;

/// The bits that a wrong decision costs on average: `[sent][decided]`.
///
/// Where symbols are mapped in groups, the bits are averaged over what the others of the group may
/// be.
pub(super) fn bit_costs(modulation: Modulation) -> Vec<Vec<f64>> {
    let levels = modulation.levels() as u8;
    let cost = |sent: u8, decided: u8| {
        if modulation.group() == 1 {
            return f64::from(modulation.bit_errors(&[sent], &[decided]));
        }
        let (mut bits, mut pairs) = (0, 0);
        for label in 0..1 << modulation.group_bits() {
            let point = modulation.map(label);
            for place in 0..2 {
                if point[place] == sent {
                    let mut got = point;
                    got[place] = decided;
                    bits += modulation.bit_errors(&point, &got);
                    pairs += 1;
                }
            }
        }
        f64::from(bits) / f64::from(pairs)
    };
    (0..levels).map(|sent| (0..levels).map(|decided| cost(sent, decided)).collect()).collect()
}
