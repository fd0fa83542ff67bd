//! Two actors per pair. A message that is sent is a future, and the timeout belongs to it: `send(..).timeout(..)`. Both are on
//! one arbiter, a runtime of Tokio's with a wheel of timers of its own, unless they are to be spread.

use std::sync::Arc;

use actix::dev::{MessageResponse, OneshotSender};
use actix::prelude::*;

use super::{Params, Questions, With};
use crate::measure::{AsyncGate, Done, Halt, Measure, Share, Tally};
use crate::models::actix_actors::Arbiters;

/// Answers, or does not.
struct Partner {
    pair: usize,
    questions: Arc<Questions>,
}

impl Actor for Partner {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Question(u64);

enum Answer {
    Given,
    Never,
}

// region: answer
impl MessageResponse<Partner, Question> for Answer {
    fn handle(self, _: &mut Context<Partner>, answer: Option<OneshotSender<()>>) {
        match (self, answer) {
            (Self::Given, Some(answer)) => drop(answer.send(())),
            // To drop it would tell the other at once that there will be no answer: it is kept until nobody waits for it.
            (Self::Never, Some(mut answer)) => drop(actix::spawn(async move { answer.closed().await })),
            (_, None) => {}
        }
    }
}
// endregion

// region: answer
impl Handler<Question> for Partner {
    type Result = Answer;

    fn handle(&mut self, Question(number): Question, _: &mut Context<Self>) -> Answer {
        if self.questions.is_ignored(self.pair, number) { Answer::Never } else { Answer::Given }
    }
}
// endregion

/// Asks, and asks again when it has the answer or has waited for long enough.
struct Asker {
    params: Params,
    pair: usize,
    partner: Addr<Partner>,
    questions: Arc<Questions>,
    measure: Measure,
    share: Option<Share>,
}

impl Actor for Asker {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Go;

impl Handler<Go> for Asker {
    type Result = ResponseFuture<()>;

    fn handle(&mut self, _: Go, _: &mut Context<Self>) -> ResponseFuture<()> {
        let (params, pair, partner, measure) = (self.params, self.pair, self.partner.clone(), self.measure.clone());
        let (questions, share) = (Arc::clone(&self.questions), self.share.take());
        // The future cannot borrow the actor, so it takes along what it needs.
        Box::pin(async move {
            let mut sum = 0_u64;
            let mut lap = measure.sampled_lap(pair, params.rounds);
            while let Some(number) = lap.another() {
                let due = questions.due(pair, number);
                // region: wait
                let request = partner.send(Question(number));
                let answered = match params.with {
                    // The timer is put into the wheel when the answer has to be waited for, and is taken out when the request
                    // is dropped. The message itself is not taken back: the other may still handle it.
                    With::Timeout => request.timeout(params.timeout()).await,
                    With::None => request.await,
                };
                sum = sum.wrapping_add(match answered {
                    Ok(()) => 1,
                    Err(MailboxError::Timeout) => questions.timed_out(due),
                    // The other is gone: this one ends without a report, and the tally says so.
                    Err(MailboxError::Closed) => return,
                });
                // endregion
                lap.done();
            }
            drop(lap);
            if let Some(mut share) = share {
                share.report(sum);
            }
        })
    }
}

pub(super) async fn run(params: Params, arbiters: Arbiters, measure: Measure) -> Result<Done, Halt> {
    let (gate, tally) = (AsyncGate::new(params.units), Tally::new(params.pairs()));
    let questions = Questions::new(params, &measure);
    let mut askers = Vec::with_capacity(params.pairs());
    for pair in 0..params.pairs() {
        let (arrived, partners) = (Arc::clone(&gate), Arc::clone(&questions));
        // region: make
        let partner = Partner::start_in_arbiter(arbiters.among(pair, 1), move |_| {
            // An actor is made on its arbiter, some time after it was asked for: the gate counts those that are there.
            arrived.arrive();
            Partner { pair, questions: partners }
        });
        // endregion
        let (gate, measure, share, questions) = (Arc::clone(&gate), measure.clone(), tally.share(), Arc::clone(&questions));
        // region: make
        askers.push(Asker::start_in_arbiter(arbiters.among(pair, 0), move |_| {
            gate.arrive();
            Asker { params, pair, partner, questions, measure, share: Some(share) }
        }));
        // endregion
    }

    gate.all_wait().await;
    let running = measure.start();
    for asker in &askers {
        asker.do_send(Go);
    }
    // region: join
    // Nobody can join an actor: each reports once, through its share of the tally, and one that ends without a report is
    // noticed.
    let sum = tally.all().await?;
    // endregion
    Ok(questions.with_figures(running.stop(sum)))
}
