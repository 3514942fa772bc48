//! Linear least squares: normal equations of periodic series, and their Cholesky solution.

use super::fir;
use crate::{Error, Result};

/// The least share of a diagonal element that elimination may leave: what is below is rounding.
const LEAST_PIVOT: f64 = 1e-13;

/// The triangular factor of a symmetric positive definite matrix.
///
/// # Formula
/// `A = L L'`, and `A x = b` by one forward and one backward substitution.
///
/// # References
/// Golub and Van Loan, *Matrix Computations*, section 4.2.
#[derive(Clone, Debug)]
pub struct Cholesky {
    size: usize,
    /// `L`, row by row; what is above the diagonal is not used.
    factor: Vec<f64>,
}

impl Cholesky {
    /// Factors a matrix of `size` rows, given row by row; only its lower triangle is read.
    ///
    /// # Errors
    /// If the matrix is not positive definite: where elimination leaves less than 1e-13 of a
    /// diagonal element.
    ///
    /// # Panics
    /// If the matrix is not square.
    pub fn new(mut matrix: Vec<f64>, size: usize) -> Result<Self> {
        assert_eq!(matrix.len(), size * size, "a square matrix");
        for i in 0..size {
            let (above, row) = matrix.split_at_mut(i * size);
            for j in 0..i {
                let earlier = &above[j * size..j * size + size];
                let known: f64 = row[..j].iter().zip(earlier).map(|(a, b)| a * b).sum();
                row[j] = (row[j] - known) / earlier[j];
            }
            let diagonal = row[i];
            let pivot = diagonal - row[..i].iter().map(|x| x * x).sum::<f64>();
            if pivot.is_nan() || pivot <= LEAST_PIVOT * diagonal || diagonal <= 0.0 {
                return Err(Error::unsupported(format!(
                    "the equations are singular: elimination leaves {pivot:.1e} of element {} of \
                     {size} on the diagonal, which is {diagonal:.1e}",
                    i + 1
                )));
            }
            row[i] = pivot.sqrt();
        }
        Ok(Self { size, factor: matrix })
    }

    /// Replaces the right-hand side by the solution.
    ///
    /// # Panics
    /// If the right-hand side has another length than the matrix has rows.
    pub fn solve(&self, side: &mut [f64]) {
        let size = self.size;
        assert_eq!(side.len(), size, "one element for each row");
        for i in 0..size {
            let row = &self.factor[i * size..=i * size + i];
            let known: f64 = row[..i].iter().zip(&*side).map(|(a, b)| a * b).sum();
            side[i] = (side[i] - known) / row[i];
        }
        for i in (0..size).rev() {
            let known: f64 = (i + 1..size).map(|j| self.factor[j * size + i] * side[j]).sum();
            side[i] = (side[i] - known) / self.factor[i * size + i];
        }
    }
}

/// One column of a least-squares problem: a periodic series, seen `shift` places later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Which series.
    pub series: usize,
    /// The element of equation `n` is `series[(n + shift) mod len]`.
    pub shift: isize,
}

/// What holds for a weight while the error is minimized.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Weight {
    /// It has whatever value is best.
    Free,
    /// It has this value.
    Fixed(f64),
    /// It is `ratio` times the free weight of column `to`.
    Tied {
        /// The other column.
        to: usize,
        /// The ratio of this weight to that of the other column.
        ratio: f64,
    },
}

/// Normal equations of a least-squares problem whose columns are shifts of periodic series.
///
/// # Formula
/// Minimizes `sum_n (d[n] - sum_i w[i] u_i[n])^2` over everything added: `R w = p` with
/// `R[i][j] = sum_n u_i[n] u_j[n]` and `p[i] = sum_n u_i[n] d[n]`.
#[derive(Clone, Debug)]
pub struct Normal {
    columns: Vec<Column>,
    /// For each column, the one of the same series that is seen one place later.
    later: Vec<Option<usize>>,
    matrix: Vec<f64>,
    vector: Vec<f64>,
    energy: f64,
    count: usize,
}

impl Normal {
    /// Equations with nothing added yet.
    pub fn new(columns: Vec<Column>) -> Self {
        let size = columns.len();
        let later = columns
            .iter()
            .map(|column| {
                let wanted = Column { shift: column.shift + 1, ..*column };
                columns.iter().position(|other| *other == wanted)
            })
            .collect();
        Self {
            later,
            matrix: vec![0.0; size * size],
            vector: vec![0.0; size],
            energy: 0.0,
            count: 0,
            columns,
        }
    }

    /// Adds one equation for each element of `desired`, which has the length of each series.
    ///
    /// Both columns of a product may be seen one place later without changing its sum, so that
    /// the cost is that of a few rows of the matrix.
    ///
    /// # Panics
    /// If the lengths differ, or a column names a series that is not there.
    pub fn add(&mut self, series: &[&[f64]], desired: &[f64]) {
        let size = self.columns.len();
        let mut products = vec![0.0; size * size];
        for (i, a) in self.columns.iter().enumerate() {
            for (j, b) in self.columns[..=i].iter().enumerate() {
                let known = self.later[i]
                    .zip(self.later[j])
                    .filter(|&(above, left)| above < i && left < i)
                    .map(|(above, left)| products[above.max(left) * size + above.min(left)]);
                products[i * size + j] = known.unwrap_or_else(|| {
                    let lag = b.shift - a.shift;
                    fir::circular_correlation(series[a.series], series[b.series], lag)
                });
            }
            self.vector[i] += fir::circular_correlation(desired, series[a.series], a.shift);
        }
        for (total, product) in self.matrix.iter_mut().zip(&products) {
            *total += product;
        }
        self.energy += fir::circular_correlation(desired, desired, 0);
        self.count += desired.len();
    }

    /// The weights that minimize the error, under the conditions given for each.
    ///
    /// `loading` raises each diagonal element by that fraction of itself, as if each column had
    /// carried so much white noise: 0 solves the equations as they are.
    ///
    /// # Errors
    /// If the equations of the free weights are singular.
    ///
    /// # Panics
    /// If there is not one condition for each column, or a weight is tied to one that is not free.
    pub fn solve(&self, conditions: &[Weight], loading: f64) -> Result<Vec<f64>> {
        let size = self.columns.len();
        assert_eq!(conditions.len(), size, "one condition for each column");
        let free: Vec<usize> = (0..size).filter(|&i| conditions[i] == Weight::Free).collect();
        // Each free weight moves its own column and those tied to it.
        let mut moved: Vec<Vec<(usize, f64)>> = free.iter().map(|&i| vec![(i, 1.0)]).collect();
        let mut weights = vec![0.0; size];
        let mut fixed = Vec::new();
        for (i, condition) in conditions.iter().enumerate() {
            match *condition {
                Weight::Free => {}
                Weight::Fixed(value) => {
                    weights[i] = value;
                    if value.abs() > 0.0 {
                        fixed.push((i, value));
                    }
                }
                Weight::Tied { to, ratio } => {
                    let group = free.iter().position(|&at| at == to);
                    moved[group.expect("a weight is tied to a free one")].push((i, ratio));
                }
            }
        }
        let mut matrix = vec![0.0; free.len() * free.len()];
        let mut side = Vec::with_capacity(free.len());
        for (row, group) in moved.iter().enumerate() {
            // Only the lower triangle is read.
            for (column, other) in moved[..=row].iter().enumerate() {
                let sum = self.product(group, other);
                matrix[row * free.len() + column] =
                    if row == column { (1.0 + loading) * sum } else { sum };
            }
            let wanted: f64 = group.iter().map(|&(i, ratio)| ratio * self.vector[i]).sum();
            side.push(wanted - self.product(group, &fixed));
        }
        Cholesky::new(matrix, free.len())?.solve(&mut side);
        for (group, &weight) in moved.iter().zip(&side) {
            for &(i, ratio) in group {
                weights[i] = ratio * weight;
            }
        }
        Ok(weights)
    }

    /// The inner product of two combinations of columns.
    fn product(&self, left: &[(usize, f64)], right: &[(usize, f64)]) -> f64 {
        left.iter()
            .map(|&(i, a)| a * right.iter().map(|&(j, b)| b * self.element(i, j)).sum::<f64>())
            .sum()
    }

    /// The mean square error of given weights over everything added.
    pub fn mean_square_error(&self, weights: &[f64]) -> f64 {
        let mut sum = self.energy;
        for (i, w) in weights.iter().enumerate() {
            let row: f64 =
                weights.iter().enumerate().map(|(j, other)| self.element(i, j) * other).sum();
            sum += w * (row - 2.0 * self.vector[i]);
        }
        sum / self.count as f64
    }

    fn element(&self, i: usize, j: usize) -> f64 {
        self.matrix[i.max(j) * self.columns.len() + i.min(j)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::rng::{Key, Seed};

    fn normals(name: &str, count: usize) -> Vec<f64> {
        let mut stream = Key::root(Seed(3)).named(name).stream();
        (0..count).map(|_| stream.sample()).collect()
    }

    #[test]
    fn a_solution_solves() {
        let size = 9;
        let root = normals("root", size * size);
        let dot = |i: usize, j: usize| -> f64 {
            (0..size).map(|k| root[i * size + k] * root[j * size + k]).sum()
        };
        let matrix: Vec<f64> = (0..size * size).map(|at| dot(at / size, at % size)).collect();
        let want = normals("solution", size);
        let mut side: Vec<f64> =
            (0..size).map(|i| (0..size).map(|j| matrix[i * size + j] * want[j]).sum()).collect();
        Cholesky::new(matrix, size).unwrap().solve(&mut side);
        for (got, want) in side.iter().zip(&want) {
            assert!((got - want).abs() < 1e-9, "{got} is not {want}");
        }
    }

    #[test]
    fn a_singular_matrix_is_refused() {
        let error = Cholesky::new(vec![1.0, 1.0, 1.0, 1.0], 2).unwrap_err();
        assert!(error.is_unsupported());
        assert!(error.to_string().contains("element 2 of 2"), "{error}");
        assert!(Cholesky::new(vec![f64::NAN], 1).is_err());
        assert!(Cholesky::new(vec![-1.0], 1).is_err());
    }

    #[test]
    fn shifted_columns_give_the_products_that_they_stand_for() {
        let (u, v, d) = (normals("u", 17), normals("v", 17), normals("d", 17));
        let series = [u.as_slice(), v.as_slice()];
        // Half-symbol taps interleave two series; the last columns are past symbols.
        let columns: Vec<Column> =
            [(0, 1), (1, 0), (0, 0), (1, -1), (0, -1), (1, -2), (0, -2), (0, -3)]
                .map(|(series, shift)| Column { series, shift })
                .to_vec();
        let mut normal = Normal::new(columns.clone());
        normal.add(&series, &d);
        let element = |c: Column, n: isize| series[c.series][(n + c.shift).rem_euclid(17) as usize];
        for (i, &a) in columns.iter().enumerate() {
            for (j, &b) in columns.iter().enumerate() {
                let want: f64 = (0..17).map(|n| element(a, n) * element(b, n)).sum();
                assert!((normal.element(i, j) - want).abs() < 1e-12, "{i} {j}");
            }
        }
        let weights = normal.solve(&[Weight::Free; 8], 0.0).unwrap();
        let residual = |weights: &[f64]| -> f64 {
            let error = |n: isize| {
                let sum: f64 = columns.iter().zip(weights).map(|(&c, w)| w * element(c, n)).sum();
                d[n as usize] - sum
            };
            (0..17).map(|n| error(n).powi(2)).sum::<f64>() / 17.0
        };
        assert!((normal.mean_square_error(&weights) - residual(&weights)).abs() < 1e-12);

        // With one weight held, the others are the best that remain.
        let mut fixed = [Weight::Free; 8];
        fixed[3] = Weight::Fixed(0.1);
        let held = normal.solve(&fixed, 0.0).unwrap();
        assert!((held[3] - 0.1).abs() < 1e-15);
        for i in [0, 1, 2, 4, 5, 6, 7] {
            for step in [-1e-3, 1e-3] {
                let mut moved = held.clone();
                moved[i] += step;
                assert!(residual(&moved) > residual(&held));
            }
        }

        // Tied weights keep their ratio, whichever common size is the best.
        fixed[5] = Weight::Tied { to: 1, ratio: -0.5 };
        fixed[6] = Weight::Tied { to: 1, ratio: 0.25 };
        let tied = normal.solve(&fixed, 0.0).unwrap();
        assert!((tied[5] + 0.5 * tied[1]).abs() < 1e-15);
        for step in [-1e-3, 1e-3] {
            let mut moved = tied.clone();
            for (i, ratio) in [(1, 1.0), (5, -0.5), (6, 0.25)] {
                moved[i] += step * ratio;
            }
            assert!(residual(&moved) > residual(&tied));
        }
    }
}
