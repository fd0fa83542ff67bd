//! What lies ready is sent before the application is asked: a result that is shared is asked for again and again, and is the same
//! each time. Whoever is not known to be welcome, and whatever has to be looked up or made, is the application's
//! ([`super::guard`] and its routes).

use std::cell::RefCell;

use actix_http::Request;
use actix_http::body::BoxBody;
use actix_service::IntoServiceFactory;
use actix_web::Error;
use actix_web::dev::{AppConfig, RequestHead, Response, Service, ServiceFactory, ServiceResponse, forward_ready};
use actix_web::http::Method;
use actix_web::http::header::{HOST, HeaderValue};
use actix_web::web::Data;
use futures_util::FutureExt;
use futures_util::future::{Either, LocalBoxFuture, Map, Ready, ready};

use super::results::{Shelf, Shelved};
use super::{Api, guard};
use crate::runs::now_ms;

/// What the service answers.
type Answer = Result<Response<BoxBody>, Error>;

/// Makes, for each worker of the server, what stands before its application.
pub(super) struct Front<A> {
    api: Data<Api>,
    shelf: Data<Shelf>,
    application: A,
}

impl<A: ServiceFactory<Request>> Front<A> {
    pub(super) fn of(application: impl IntoServiceFactory<A, Request>, api: Data<Api>, shelf: Data<Shelf>) -> Self {
        Self { api, shelf, application: application.into_factory() }
    }
}

impl<A> ServiceFactory<Request> for Front<A>
where
    A: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse, Error = Error>,
    A::Future: 'static,
    A::InitError: 'static,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Config = AppConfig;
    type Service = FrontService<A::Service>;
    type InitError = A::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let (api, shelf) = (Data::clone(&self.api), Data::clone(&self.shelf));
        let application = self.application.new_service(config);
        Box::pin(async move { Ok(FrontService { api, shelf, welcome: RefCell::default(), application: application.await? }) })
    }
}

/// Stands before the application of one worker.
pub(super) struct FrontService<A> {
    api: Data<Api>,
    shelf: Data<Shelf>,
    /// The `Host` that was found to be this server's last: it is nearly always the same.
    welcome: RefCell<Option<HeaderValue>>,
    application: A,
}

impl<A> FrontService<A> {
    /// What lies ready for this request, if whoever asks may have it.
    fn ready(&self, head: &RequestHead) -> Option<Response<BoxBody>> {
        if !matches!(head.method, Method::GET | Method::HEAD) {
            return None;
        }
        let which = Shelved::asked_for(head.uri.path(), head.uri.query().unwrap_or_default())?;
        if !self.is_welcome(head) {
            return None;
        }
        let mut response = self.shelf.fresh(which, now_ms())?.respond(&head.headers);
        guard::secure(response.headers_mut());
        Some(response.into())
    }

    fn is_welcome(&self, head: &RequestHead) -> bool {
        let mut hosts = head.headers.get_all(HOST);
        let (Some(host), None, None) = (hosts.next(), hosts.next(), head.uri.authority()) else { return false };
        if self.welcome.borrow().as_ref() == Some(host) {
            return true;
        }
        let is_welcome = guard::refusal(head, self.api.site.host.as_deref()).is_none();
        if is_welcome {
            self.welcome.replace(Some(host.clone()));
        }
        is_welcome
    }
}

impl<A> Service<Request> for FrontService<A>
where
    A: Service<Request, Response = ServiceResponse, Error = Error>,
{
    type Response = Response<BoxBody>;
    type Error = Error;
    type Future = Either<Ready<Answer>, Map<A::Future, fn(Result<ServiceResponse, Error>) -> Answer>>;

    forward_ready!(application);

    fn call(&self, request: Request) -> Self::Future {
        match self.ready(request.head()) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.application.call(request).map(|answer| answer.map(Into::into))),
        }
    }
}
