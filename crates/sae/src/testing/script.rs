//! What a fake answers for one operation.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use sae_transport::{
    Answer, Envelope, EnvelopedRef, ErrorCode, Fields, HasData, Note, NoteKind, Operation, Slot, Visitor,
    encode_json,
};

use super::fake::{Fake, Step};

/// The script of an operation, made by [`Fake::on`]. Each method adds the answer to one attempt, in order.
///
/// ```
/// use sae::model::{ChangeOrderStatus, DescribeChangeOrder};
/// use sae::testing::Fake;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let fake = Fake::new();
/// fake.on::<DescribeChangeOrder>().drop_before().json(r#"{"Data":{"Status":1}}"#).json(r#"{"Data":{"Status":2}}"#);
///
/// let client = fake.client()?;
/// for expected in [ChangeOrderStatus::Running, ChangeOrderStatus::Succeeded] {
///     let order = client.send(DescribeChangeOrder::new("order")).await?.into_data()?;
///     assert_eq!(order.status, Some(expected));
/// }
/// assert_eq!(fake.operations().len(), 3, "a read is tried again");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Script<'a, O> {
    fake: &'a Fake,
    operation: PhantomData<fn(O)>,
}

impl Fake {
    /// The script of an operation. Its methods add answers.
    pub fn on<O>(&self) -> Script<'_, O>
    where
        O: Operation + Default + Clone + 'static,
    {
        self.register::<O>();
        Script { fake: self, operation: PhantomData }
    }
}

impl<O: Operation + 'static> Script<'_, O> {
    /// Success with this output.
    #[expect(clippy::needless_pass_by_value, reason = "a script takes its answers, as `data` has to")]
    pub fn answer(self, output: O::Output) -> Self {
        self.step(Step::Answer(200, success(&output)))
    }

    /// Success with this payload in `Data`.
    pub fn data(self, data: <O::Output as HasData>::Data) -> Self
    where
        O::Output: HasData<Data: Slot + Send + Sync>,
    {
        self.step(Step::Answer(200, success(&Data(data))))
    }

    /// Success with this JSON, which is checked against the operation: the call fails if a value doesn't fit its field, if the answer of
    /// the operation has no such member, or if a member comes twice with different values. It also fails for `{}` if the operation
    /// returns a payload: write `{"Success":true}` instead.
    pub fn json(self, text: impl Into<String>) -> Self {
        let text = text.into();
        let step = match misfit::<O>(&text) {
            None => Step::Answer(200, text),
            Some(why) => {
                Step::Faulty(format!("the JSON that was scripted for {} {why}", O::DESCRIPTION.name))
            }
        };
        self.step(step)
    }

    /// Success with the output that the closure returns for the request.
    pub fn answer_with(self, make: impl Fn(&O) -> O::Output + Send + Sync + 'static) -> Self {
        self.step(made(make))
    }

    /// Success with the output that the closure returns for the request, for each attempt after the end of the script.
    pub fn always(self, make: impl Fn(&O) -> O::Output + Send + Sync + 'static) -> Self {
        self.fake.push::<O>(made(make), true);
        self
    }

    /// A refusal with the documented status and message of this code; with status 400 for an undocumented code.
    pub fn refuse(self, code: &ErrorCode) -> Self {
        let info = O::DESCRIPTION.service.error(code.as_str());
        let (status, message) = info.map_or((400, ""), |info| (info.status, info.message));
        self.refuse_with(status, code, message)
    }

    /// A refusal with this status and this message.
    pub fn refuse_with(self, status: u16, code: &ErrorCode, message: &str) -> Self {
        let mut envelope = Envelope::default();
        envelope.code = Some(code.as_str().to_owned());
        envelope.message = Some(message.to_owned());
        envelope.success = Some(false);
        self.step(Step::Answer(status, encode_json::to_string(&envelope)))
    }

    /// An answer of any status with any body: a load balancer's page, half a document, nothing.
    pub fn raw(self, status: u16, body: impl Into<String>) -> Self {
        self.step(Step::Answer(status, body.into()))
    }

    /// No connection: the request is never sent.
    pub fn drop_before(self) -> Self {
        self.step(Step::NotSent)
    }

    /// The connection breaks after the request was received. Whether a write was accepted is unknown.
    pub fn drop_after(self) -> Self {
        self.step(Step::Broken)
    }

    /// No answer. The attempt ends with the time limit of the client.
    pub fn hang(self) -> Self {
        self.step(Step::Silent)
    }

    fn step(self, step: Step) -> Self {
        self.fake.push::<O>(step, false);
        self
    }
}

impl<O: Operation> fmt::Debug for Script<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Script").field("operation", &O::DESCRIPTION.name).finish_non_exhaustive()
    }
}

fn made<O: Operation + 'static>(make: impl Fn(&O) -> O::Output + Send + Sync + 'static) -> Step {
    Step::Made(Arc::new(move |request: &dyn Any| Some(success(&make(request.downcast_ref()?)))))
}

/// An output in the envelope of a success.
fn success(output: &dyn Fields) -> String {
    let mut envelope = Envelope::default();
    envelope.code = Some("200".to_owned());
    envelope.success = Some(true);
    encode_json::to_string_with_empty(&EnvelopedRef { envelope: &envelope, payload: output })
}

/// What is wrong with a scripted answer. Shows paths and no values.
fn misfit<O: Operation>(text: &str) -> Option<String> {
    let mut output = O::Output::default();
    let answer = Answer::new(200, Vec::new(), text.as_bytes().to_vec());
    match answer.read(&mut Envelope::default(), &mut output) {
        Ok(notes) => notes.first().map(|Note { kind, path, .. }| match kind {
            NoteKind::Unknown => {
                format!("has a member {path}, which the answer of the operation doesn't have")
            }
            NoteKind::Repeated => format!("has the member {path} more than once, with different values"),
            _ => format!("has a value at {path} that fits no reading of its field"),
        }),
        Err(unreadable) => Some(format!("can't be read: {unreadable}")),
    }
}

/// An output that has only a payload.
struct Data<T>(T);

impl<T: Slot + Send + Sync> Fields for Data<T> {
    fn slot(&mut self, _: &str) -> Option<&mut dyn Slot> {
        None
    }

    fn walk<'a>(&'a self, visitor: &mut dyn Visitor<'a>) {
        visitor.field("Data", &self.0);
    }
}
