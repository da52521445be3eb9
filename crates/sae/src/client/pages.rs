//! Lists that come in pages.

use std::collections::HashSet;
use std::fmt;
use std::ops::ControlFlow;

use sae_transport::{Error, Paged, Reply};

use self::cursor::{Cursor, Turned};
use super::Client;

mod cursor;
#[cfg(feature = "stream")]
mod reading;
#[cfg(feature = "stream")]
mod stream;

/// All items of a list, page after page.
///
/// Made by [`Client::items`]. Pages are read from the first one on, as items are taken. The list is complete or ends with an error. If
/// it changes while it is read, it is read again, at most five times, and no item comes twice; where the service has no identifiers, it
/// ends with an error. One kind of change can't be noticed: the number of items stays the same, and no item appears on two pages.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
/// # let client = sae::Client::builder()
/// #     .credentials(sae::Credentials::new("local", "local-secret"))
/// #     .endpoint(server.endpoint())
/// #     .build()?;
/// use sae::model::{DescribeNamespaces, ListApplications};
///
/// let mut applications = client.items(ListApplications::new().page_size(100));
/// while let Some(application) = applications.next().await {
///     println!("{:?}", application?.app_name);
/// }
/// let namespaces = client.items(DescribeNamespaces::new(1, 10)).all().await?;
/// assert!(!namespaces.is_empty(), "there is always the default one");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// With the feature `stream` it is a `futures_core::Stream`, as is [`Pages`].
#[must_use = "nothing is read before an item is asked for"]
pub struct Items<O: Paged> {
    pages: Pages<O>,
    page: std::vec::IntoIter<O::Item>,
    /// Identifiers of items that were returned.
    seen: HashSet<String>,
    passes: u32,
}

/// The pages of a list as the service sends them.
///
/// Made by [`Client::pages`]. The last page is followed by an error if the list changed while it was read, or if the pages ended before
/// all items had come; [`Items`] reads such a list again.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// # let server = sae_local::LocalSae::builder().pace(sae_local::Pace::instant()).start().await?;
/// # let client = sae::Client::builder()
/// #     .credentials(sae::Credentials::new("local", "local-secret"))
/// #     .endpoint(server.endpoint())
/// #     .build()?;
/// use sae::model::ListApplications;
///
/// let mut pages = client.pages(ListApplications::new().page_size(100));
/// while let Some(page) = pages.next().await {
///     println!("request {:?}", page?.request_id());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is read before a page is asked for"]
pub struct Pages<O: Paged> {
    client: Client,
    request: O,
    cursor: Cursor,
    /// Why the list isn't complete; returned after its last page.
    flaw: Option<Error>,
    is_over: bool,
    #[cfg(feature = "stream")]
    reading: reading::Reading<O>,
}

impl Client {
    /// All items of a list, page after page, starting with the first whatever page the request names: see [`Items`].
    pub fn items<O: Paged>(&self, request: O) -> Items<O> {
        Items::new(self.clone(), request)
    }

    /// The pages of a list, starting with the first whatever page the request names: see [`Pages`].
    pub fn pages<O: Paged>(&self, request: O) -> Pages<O> {
        Pages::new(self.clone(), request)
    }
}

impl<O: Paged> Pages<O> {
    fn new(client: Client, request: O) -> Self {
        let cursor = Cursor::new(O::PAGES, O::DESCRIPTION.name);
        Self {
            client,
            request,
            cursor,
            flaw: None,
            is_over: false,
            #[cfg(feature = "stream")]
            reading: reading::Reading::default(),
        }
    }

    /// The next page; nothing after the last one, or after an error.
    ///
    /// Dropping the future loses no page: the next call reads it again.
    pub async fn next(&mut self) -> Option<Result<Reply<O::Output>, Error>> {
        #[cfg(feature = "stream")]
        self.reading.stop();
        if let ControlFlow::Break(end) = self.end() {
            return end;
        }
        let read = match self.cursor.put_into(&mut self.request) {
            // Boxed: the future of a call is large.
            Ok(()) => Box::pin(self.client.send_ref(&self.request)).await,
            Err(error) => Err(error),
        };
        Some(self.turn(read))
    }

    /// What comes in place of a page: the flaw of the list, then its end.
    fn end(&mut self) -> ControlFlow<Option<Result<Reply<O::Output>, Error>>> {
        match self.flaw.take() {
            Some(flaw) => ControlFlow::Break(Some(Err(flaw))),
            None if self.is_over => ControlFlow::Break(None),
            None => ControlFlow::Continue(()),
        }
    }

    /// Finds out what follows a page that was read.
    fn turn(&mut self, read: Result<Reply<O::Output>, Error>) -> Result<Reply<O::Output>, Error> {
        // Unless there is another page.
        self.is_over = true;
        let mut reply = read?;
        let items = O::items(&mut reply.output).map_or(&[][..], |items| items);
        let ids = items.iter().map(|item| O::PAGES.id_of(item)).collect();
        match self.cursor.turn(&reply.output, ids)? {
            Turned::More => self.is_over = false,
            Turned::Whole => {}
            Turned::Flawed(flaw) => self.flaw = Some(flaw),
        }
        Ok(reply)
    }
}

impl<O: Paged> Items<O> {
    fn new(client: Client, request: O) -> Self {
        Self {
            pages: Pages::new(client, request),
            page: Vec::new().into_iter(),
            seen: HashSet::new(),
            passes: 1,
        }
    }

    /// The next item; nothing after the last one, or after an error.
    ///
    /// Dropping the future loses no item.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        loop {
            if let Some(item) = self.known() {
                return Some(item);
            }
            let page = self.pages.next().await?;
            if let Err(error) = self.fill(page) {
                return Some(Err(error));
            }
        }
    }

    /// The next item of the page that was read, or the flaw of a list that isn't read again.
    fn known(&mut self) -> Option<Result<O::Item, Error>> {
        for item in self.page.by_ref() {
            if O::PAGES.id_of(&item).is_none_or(|id| self.seen.insert(id)) {
                return Some(Ok(item));
            }
        }
        if let Some(flaw) = self.pages.flaw.take() {
            // Without identifiers, reading again would return the same items once more.
            if O::PAGES.id.is_empty() || self.passes >= PASSES {
                return Some(Err(flaw));
            }
            self.passes += 1;
            self.pages.is_over = false;
            self.pages.cursor = Cursor::new(O::PAGES, O::DESCRIPTION.name);
        }
        None
    }

    /// Takes the items of the next page.
    fn fill(&mut self, page: Result<Reply<O::Output>, Error>) -> Result<(), Error> {
        let items = O::items(&mut page?.output).map(std::mem::take);
        self.page = items.unwrap_or_default().into_iter();
        Ok(())
    }

    /// All remaining items, or the first error.
    pub async fn all(mut self) -> Result<Vec<O::Item>, Error> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await {
            items.push(item?);
        }
        Ok(items)
    }
}

/// Without the request, whose values may be secret.
impl<O: Paged> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = O::DESCRIPTION.name;
        f.debug_struct("Pages")
            .field("operation", &operation)
            .field("cursor", &self.cursor)
            .finish_non_exhaustive()
    }
}

impl<O: Paged> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items").field("pages", &self.pages).finish_non_exhaustive()
    }
}

/// How often a list is read that changes while it is read.
const PASSES: u32 = 5;
