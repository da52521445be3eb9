//! Lists as streams of `futures_core`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where something is not as it must be")]

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use futures_core::Stream;
use futures_core::stream::FusedStream as _;
use sae::model::{ListApplications, error_code};
use sae::testing::Fake;
use sae::{Client, Error};
use sae_tests::{Canned, Step};

/// How many applications there are, on pages of a hundred.
const APPLICATIONS: usize = 2000;
const PAGE: usize = 100;

/// A page of the list, counted from zero.
fn page(number: usize) -> String {
    let items: Vec<_> = (number * PAGE..(number + 1) * PAGE)
        .map(|id| format!(r#"{{"AppId":"id-{id}","AppName":"app-{id}"}}"#))
        .collect();
    let items = items.join(",");
    format!(r#"{{"Success":true,"Data":{{"TotalSize":{APPLICATIONS},"Applications":[{items}]}}}}"#)
}

/// A service with the first pages of the list.
fn service(pages: usize) -> Fake {
    let fake = Fake::new();
    for number in 0..pages {
        fake.on::<ListApplications>().json(page(number));
    }
    fake
}

fn request() -> ListApplications {
    ListApplications::new().page_size(100)
}

/// What `futures::StreamExt::next` does.
async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

/// All items, by nothing but the trait.
async fn collected<T>(stream: impl Stream<Item = Result<T, Error>>) -> (Vec<T>, Vec<Error>) {
    let mut stream = pin!(stream);
    let (mut items, mut errors) = (Vec::new(), Vec::new());
    while let Some(item) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        match item {
            Ok(item) => items.push(item),
            Err(error) => errors.push(error),
        }
    }
    (items, errors)
}

#[test]
fn streams_go_wherever_lists_go() {
    fn goes<T: Stream + Send + Sync + Unpin + 'static>(_: &T) {}
    let client = Fake::new().client().expect("a client");
    goes(&client.items(request()));
    goes(&client.pages(request()));
}

#[tokio::test]
async fn a_stream_has_all_applications_in_order() {
    let fake = service(APPLICATIONS / PAGE);
    let client = fake.client().expect("a client");
    let (items, errors) = collected(client.items(request())).await;
    assert!(errors.is_empty(), "{errors:?}");
    let names: Vec<_> = items.into_iter().filter_map(|item| item.app_name).collect();
    assert_eq!(names, (0..APPLICATIONS).map(|id| format!("app-{id}")).collect::<Vec<_>>());
    fake.finish().expect("every page was read");
}

#[tokio::test]
async fn a_stream_that_is_dropped_half_way_reads_no_more() {
    // A further page has no script, and would be an error.
    let fake = service(APPLICATIONS / PAGE / 2);
    let client = fake.client().expect("a client");
    let mut items = client.items(request());
    for _ in 0..APPLICATIONS / 2 {
        next(&mut items).await.expect("an item").expect("a page");
    }
    drop(items);
    fake.finish().expect("half of the pages were read");
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_one_error_and_the_end() {
    let fake = service(7);
    fake.on::<ListApplications>().refuse(&error_code::INVALID_PARAMETER_NOT_EMPTY);
    let client = fake.client().expect("a client");
    let mut items = client.items(request());
    for _ in 0..7 * PAGE {
        next(&mut items).await.expect("an item").expect("a page");
    }
    let error = next(&mut items).await.expect("an error").expect_err("it is refused");
    assert!(error.is(&error_code::INVALID_PARAMETER_NOT_EMPTY), "{error}");
    for _ in 0..3 {
        assert!(next(&mut items).await.is_none());
    }
    fake.finish().expect("nothing was read after the error");
}

#[tokio::test]
async fn a_page_that_is_being_read_is_read_on_by_the_stream_and_again_by_next() {
    let server = Canned::start(vec![Step::ok(page(0)), Step::ok(page(0)), Step::ok(page(1))]).await;
    let client = Client::builder()
        .credentials(sae::Credentials::new("local", "local-secret"))
        .endpoint(server.endpoint())
        .build()
        .expect("a client");
    let mut items = client.items(request());
    let pending = poll_fn(|context| Poll::Ready(Pin::new(&mut items).poll_next(context).is_pending())).await;
    assert!(pending, "no answer is there at once");
    next(&mut items).await.expect("an item").expect("the page that was begun");
    assert_eq!(server.requests().len(), 1);

    let mut items = client.items(request());
    assert!(poll_fn(|context| Poll::Ready(Pin::new(&mut items).poll_next(context).is_pending())).await);
    let first = items.next().await.expect("an item").expect("a page of its own");
    assert_eq!(first.app_name.as_deref(), Some("app-0"));
}

#[tokio::test]
async fn pages_say_when_they_have_ended() {
    let fake = service(1);
    fake.on::<ListApplications>().drop_before().drop_before().drop_before();
    let mut pages = fake.client().expect("a client").pages(request());
    next(&mut pages).await.expect("a page").expect("it is read");
    assert!(!pages.is_terminated());
    next(&mut pages).await.expect("an error").expect_err("nothing is there");
    assert!(pages.is_terminated());
    assert!(next(&mut pages).await.is_none());
}
