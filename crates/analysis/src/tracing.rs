//! What tracing cost: how long an operation took in a model's traced trial, over how long it takes in its others.
//!
//! There is one traced trial a model, so the interval is that of the others' median alone ([`median_interval`]), and says
//! nothing of how another traced trial would come out.

use protocol::report::{Interval, TracingCost};
use protocol::{Experiment, Role, Trial};

use crate::interval::median_interval;
use crate::numbers::ratio;
use crate::quantities::{OPS_PER_S, value};
use crate::samples::Blocks;
use crate::verdict::{Segment, Sentence, Words};

/// Above this the order of what lanes show is real, and its times are not.
pub const MOST_COST: f64 = 1.25;

/// What tracing cost each model that has a traced trial and others.
#[must_use]
pub fn tracing_costs(experiment: &Experiment, trials: &[Trial]) -> Vec<TracingCost> {
    let blocks = Blocks::of(trials);
    let cost = |model: &String| {
        let traced = *blocks.trials(model, Role::Traced).first()?;
        let point = |trial: &Trial| (trial.planned.at, trial.planned.also_at);
        let of_the_same = |trial: &&Trial| value(trial, OPS_PER_S).filter(|_| point(trial) == point(traced));
        let others: Vec<f64> = blocks.trials(model, Role::Plain).iter().filter_map(of_the_same).collect();
        let rate = value(traced, OPS_PER_S).filter(|rate| *rate > 0.0)?;
        let Interval { median, low, high, coverage } = median_interval(&others).filter(|others| others.median > 0.0)?;
        let cost = Interval { median: median / rate, low: low / rate, high: high / rate, coverage };
        let are_times_real = cost.median <= MOST_COST;
        Some(TracingCost { model: model.clone(), ratio: rate / median, cost, are_times_real })
    };
    experiment.models.iter().filter_map(cost).collect()
}

impl Words<'_> {
    /// "Traced, native threads took 1.04× (1.02 – 1.07), Tokio 1.51× (1.44 – 1.60) as long. In the lanes of Tokio the order is
    /// real, the times are not."
    pub(crate) fn add_tracing(&self, sentence: &mut Sentence, trials: &[Trial]) {
        let costs = tracing_costs(self.experiment, trials);
        let mut segments = Vec::new();
        for (index, TracingCost { model, cost, .. }) in costs.iter().enumerate() {
            let text = Segment::Text(if cost.coverage > 0.0 {
                let end = |end: f64| ratio(end).trim_end_matches('×').to_owned();
                format!(" {} ({} – {})", ratio(cost.median), end(cost.low), end(cost.high))
            } else {
                format!(" {}", ratio(cost.median))
            });
            match index {
                0 => segments.extend([Segment::Text("Traced, ".into()), self.model(model), Segment::Text(" took".into()), text]),
                _ => segments.extend([Segment::Text(", ".into()), self.model(model), text]),
            }
        }
        if costs.is_empty() {
            return;
        }
        segments.push(Segment::Text(" as long.".into()));
        sentence.add(segments);
        let unreal: Vec<&str> = costs.iter().filter(|cost| !cost.are_times_real).map(|cost| cost.model.as_str()).collect();
        self.add_of_lanes(sentence, &unreal, "the order is real, the times are not.");
        let of_accounts = |trial: &&Trial| trial.lanes.as_ref().is_some_and(|lanes| !lanes.is_recorded);
        let unrecorded: Vec<&str> = trials.iter().filter(of_accounts).map(|trial| trial.planned.model.as_str()).collect();
        self.add_of_lanes(
            sentence,
            &unrecorded,
            "the order inside an operation is not known: the kernel gave no records of switches, and its accounts were read.",
        );
    }

    /// "In the lanes of native threads, Tokio: …"
    fn add_of_lanes(&self, sentence: &mut Sentence, models: &[&str], words: &str) {
        let mut segments = Vec::new();
        for (index, model) in models.iter().enumerate() {
            let lead = if index == 0 { "In the lanes of " } else { ", " };
            segments.extend([Segment::Text(lead.into()), self.model(model)]);
        }
        if !models.is_empty() {
            segments.push(Segment::Text(format!(" {words}")));
            sentence.add(segments);
        }
    }
}
