//! What is looked at in the result: the trial that is open, the one that is pointed at, chart or table.

use super::Shown;

/// What is looked at in the result.
#[derive(Debug, Default)]
pub struct ResultPart {
    /// The trial whose details are open, by its place in the plan.
    pub open_trial: Option<u64>,
    /// The trial that is pointed at in the chart.
    pub pointed: Option<u64>,
    /// Whether the chart of trials is shown as a table.
    pub as_table: bool,
}

/// What a person does to the result.
#[derive(Clone, Debug)]
pub enum ResultAction {
    /// Open a trial's details, or close them.
    OpenTrial(Option<u64>),
    /// Point at a trial in the chart.
    PointAt(Option<u64>),
    /// Point at the next or an earlier trial in the chart.
    PointBy(i64),
    /// Show the chart as a table, or as a chart.
    ShowAsTable(bool),
    /// Chart and verdict are to be about this quantity, by its key.
    Choose(String),
}

impl ResultPart {
    pub(super) fn apply(&mut self, action: ResultAction, shown: Option<&Shown>) {
        match action {
            ResultAction::OpenTrial(order) => self.open_trial = order,
            ResultAction::PointAt(order) => self.pointed = order,
            ResultAction::PointBy(step) => self.pointed = shown.and_then(|shown| shown.next_good(self.pointed, step)),
            ResultAction::ShowAsTable(table) => self.as_table = table,
            // The run's: it decides what is computed.
            ResultAction::Choose(_) => {}
        }
    }
}
