//! A league table: three points for a win, one each for a draw.

#[derive(Debug, Default)]
pub struct Row {
    pub team: String,
    pub points: u32,
    pub lost: u32,
}

pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    pub fn new(teams: &[&str]) -> Self {
        let rows = teams
            .iter()
            .map(|team| Row { team: team.to_string(), ..Row::default() })
            .collect();
        Table { rows }
    }

    pub fn record(&mut self, winner: usize, loser: usize) {
        let won = &mut self.rows[winner];
        let lost = &mut self.rows[loser];
        won.points += 3;
        lost.lost += 1;
    }

    pub fn row(&self, index: usize) -> &Row {
        &self.rows[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_win_counts_for_one_and_against_the_other() {
        let mut table = Table::new(&["north", "south"]);
        table.record(1, 0);
        assert_eq!(table.row(1).points, 3);
        assert_eq!(table.row(0).lost, 1);
    }
}
