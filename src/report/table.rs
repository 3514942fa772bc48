//! Columns of text.

use std::fmt::Write;

/// Lines of cells whose columns are aligned: the first to the left, the others to the right.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with a line of headings.
    pub(super) fn new(headings: &[&str]) -> Self {
        Self { rows: vec![headings.iter().map(|&heading| heading.to_owned()).collect()] }
    }

    /// Appends a line.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The headings and the rows, without columns in which no row has anything.
    pub(super) fn filled(&self) -> (Vec<String>, Vec<Vec<String>>) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let filled: Vec<usize> = (0..columns)
            .filter(|&column| self.rows.iter().skip(1).any(|row| !cell(row, column).is_empty()))
            .collect();
        let mut rows =
            self.rows.iter().map(|row| filled.iter().map(|&column| cell(row, column)).collect());
        (rows.next().unwrap_or_default(), rows.collect())
    }

    /// The lines. Columns in which no line but the first has anything are left out.
    pub(super) fn text(&self) -> String {
        let (heading, mut rows) = self.filled();
        rows.insert(0, heading);
        let columns = rows[0].len();
        let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..columns).filter_map(width).collect();
        let mut text = String::new();
        for row in &rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let _ = match column {
                    0 => write!(line, "{cell:<width$}"),
                    _ => write!(line, "  {cell:>width$}"),
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        let mut table = Table::new(&["hop", "BER", "OMA", "SNR"]);
        table.row(["host-to-host", "1e-5", "", "18.0"].map(str::to_owned).to_vec());
        table.row(["b", "2.00e-12", "", "9.1"].map(str::to_owned).to_vec());
        let expected = "hop                BER   SNR\nhost-to-host      1e-5  18.0\nb             2.00e-12   9.1\n";
        assert_eq!(table.text(), expected);
    }
}
