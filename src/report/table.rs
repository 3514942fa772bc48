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

    /// The lines. Columns in which no line but the first has anything are left out.
    pub(super) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let widths = self.rows.iter().map(|row| cell(row, column).chars().count());
                let filled = self.rows.iter().skip(1).any(|row| !cell(row, column).is_empty());
                if filled { widths.max().unwrap_or(0) } else { 0 }
            })
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (column, &width) in widths.iter().enumerate().filter(|(_, width)| **width > 0) {
                let cell = cell(row, column);
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
