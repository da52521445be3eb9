//! An operation that is written by hand.

/// Declares an operation that the generated models don't have: request, answer, and the structs of the answer.
///
/// The first line has method and path as the service documents them, the effect ([`Read`](crate::Effect::Read) or
/// [`Write`](crate::Effect::Write)) and the service: the static `SERVICE` of a generated service, or one of your own. `POST "/path" json`
/// sends the parameters that are in the body as one JSON object, `form` as a form, `raw` the only one of them as the whole body.
///
/// Then come the request, which is named like the operation, its answer, and any structs of these. All fields are public; a row says of
/// a field:
///
/// ```text
/// field app_id: String = query "AppId",
/// secret password: Option<String> = body "Password",
/// field tags: Vec<Tag> = query flat "Tag",
/// wrapped regions: Vec<String> = "Regions" in "Region",
/// ```
///
/// - how it is shown, as in [`field_table!`](crate::field_table): `secret` is blank in `Debug`, a `wrapped` list stands inside an object
///   with one member;
/// - its name and type: an `Option`, a `Vec` or a `BTreeMap<String, _>` of `String`, `i64`, `f64`, `bool`, [`Any`](crate::Any), a struct of
///   this table, or again of these. Fields of the request, and no others, may also be plain. A `String`, `i64`, `f64` or `bool` there is
///   required, and so is any parameter in the path: a request in which a required text is empty isn't sent;
/// - for a parameter, where it travels: `query`, `path` (in the place of `{AppId}`, if that is its name), `header` or `body`. A structure is
///   sent as JSON, or `flat`, as one parameter for each member (`Tag.1.Key`);
/// - its name on the wire; others that an answer may have come after a `|`.
///
/// The structs implement `Clone`, `Debug`, `Default`, `PartialEq`, serde both ways and [`Fields`](crate::Fields), the request
/// [`Operation`](crate::Operation). What an answer has besides is in its field `unknown_members`. Comments
/// (`///`) are optional; those of the request and its parameters are in its [`Description`](crate::Description), too.
///
/// ```
/// # use sae_transport::{EnvelopeShape, Operation, Service};
/// use sae_transport::{RequestParts, decode_json, operation};
/// #
/// # static ENVELOPE: EnvelopeShape = EnvelopeShape { fields: &[], numeric_code: false, text_success: false };
/// # static SERVICE: Service = Service {
/// #     product: "sae",
/// #     version: "2019-05-06",
/// #     title: "",
/// #     public_endpoint: "",
/// #     vpc_endpoint: "",
/// #     regions: &[],
/// #     errors: &[],
/// #     envelope: &ENVELOPE,
/// # };
///
/// operation! {
///     GET "/pop/v1/sam/app/widgets", Read, SERVICE;
///
///     /// Lists the widgets of an application.
///     pub struct ListWidgets {
///         /// Identifier of the application.
///         field app_id: String = query "AppId",
///     }
///     /// The answer.
///     pub struct ListWidgetsOutput {
///         field data: Vec<Widget> = "Data",
///     }
///     /// A widget.
///     pub struct Widget {
///         field name: Option<String> = "Name",
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let request = ListWidgets { app_id: "7171a6ca-d1cd".into() };
/// let parts = RequestParts::of(ListWidgets::DESCRIPTION, &request)?;
/// assert_eq!(parts.query, [("AppId".into(), "7171a6ca-d1cd".into())]);
///
/// let mut answer = ListWidgetsOutput::default();
/// decode_json::object(r#"{"Data":[{"Name":"wheel"}]}"#, &mut answer)?;
/// assert_eq!(answer.data[0].name.as_deref(), Some("wheel"));
/// # Ok(())
/// # }
/// ```
///
/// # What the compiler refuses
///
/// - A parameter in the body of an operation that has no body, and any number but one in a `raw` body.
/// - A path whose placeholders aren't the names of its `path` parameters, letter by letter. Here `{AppId}` has no parameter:
///
/// ```compile_fail,E0080
/// # use sae_transport::{EnvelopeShape, Service, operation};
/// # static ENVELOPE: EnvelopeShape = EnvelopeShape { fields: &[], numeric_code: false, text_success: false };
/// # static SERVICE: Service = Service {
/// #     product: "sae",
/// #     version: "2019-05-06",
/// #     title: "",
/// #     public_endpoint: "",
/// #     vpc_endpoint: "",
/// #     regions: &[],
/// #     errors: &[],
/// #     envelope: &ENVELOPE,
/// # };
/// operation! {
///     GET "/widgets/{AppId}", Read, SERVICE;
///     pub struct GetWidget { field app_id: String = path "Appid" }
///     pub struct GetWidgetOutput { field total: Option<i64> = "Total" }
/// }
/// # fn main() {}
/// ```
///
/// - A plain field in an answer or in another struct but the request. Any member may be missing in an answer, so `total` has to be an
///   `Option<i64>`:
///
/// ```compile_fail,E0277
/// # use sae_transport::{EnvelopeShape, Service, operation};
/// # static ENVELOPE: EnvelopeShape = EnvelopeShape { fields: &[], numeric_code: false, text_success: false };
/// # static SERVICE: Service = Service {
/// #     product: "sae",
/// #     version: "2019-05-06",
/// #     title: "",
/// #     public_endpoint: "",
/// #     vpc_endpoint: "",
/// #     regions: &[],
/// #     errors: &[],
/// #     envelope: &ENVELOPE,
/// # };
/// operation! {
///     GET "/widgets/{AppId}", Read, SERVICE;
///     pub struct GetWidget { field app_id: String = path "AppId" }
///     pub struct GetWidgetOutput { field total: i64 = "Total" }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! operation {
    (
        $method:ident $path:literal $($body:ident)?, $effect:ident, $service:path;
        $(#[doc = $summary:literal])*
        $visibility:vis struct $request:ident {
            $(
                $(#[doc = $doc:literal])*
                $show:ident $field:ident: $type:ty = $($word:ident)+ $wire:literal
            ),* $(,)?
        }
        $(
            $(#[$meta:meta])*
            $shape_visibility:vis struct $shape:ident {
                $(
                    $(#[$shape_doc:meta])*
                    $shape_show:ident $shape_field:ident: $shape_type:ty =
                        $shape_wire:literal $(| $shape_other:literal)* $(in $shape_member:literal)?
                ),* $(,)?
            }
        )+
    ) => {
        $(#[doc = $summary])*
        #[doc = concat!("\n\n`", stringify!($method), " ", $path, "`")]
        #[derive(Clone, Default, PartialEq)]
        $visibility struct $request {
            $(
                $(#[doc = $doc])*
                #[doc = concat!("\n\nParameter `", $wire, "`.")]
                pub $field: $type,
            )*
        }

        $crate::field_table!($request { $($show $field = $wire,)* });

        impl $crate::Operation for $request {
            type Output = $crate::operation!(@first $($shape)+);
            const DESCRIPTION: &'static $crate::Description = {
                static DESCRIPTION: $crate::Description = $crate::Description {
                    name: stringify!($request),
                    summary: concat!($($summary),*).trim_ascii(),
                    method: $crate::operation!(@method $method),
                    path: $path,
                    effect: $crate::Effect::$effect,
                    body: $crate::operation!(@body $($body)?),
                    parameters: &[
                        $(
                            $crate::Parameter::of_type($wire, stringify!($type))
                                .$show()
                                $(.$word())+
                                .doc(concat!($($doc),*).trim_ascii()),
                        )*
                    ],
                    ..$crate::Description::of(&$service)
                }
                .checked();
                &DESCRIPTION
            };
        }

        $(
            $(#[$meta])*
            #[doc = concat!("\n\nBelongs to the operation `", stringify!($request), "`.")]
            #[derive(Clone, Default, PartialEq)]
            $shape_visibility struct $shape {
                $(
                    $(#[$shape_doc])*
                    #[doc = concat!("\n\nField `", $shape_wire, "`.")]
                    pub $shape_field: $shape_type,
                )*
                /// Members that have no field. They are written out again with the others.
                pub unknown_members: $crate::UnknownMembers,
            }

            $crate::field_table!($shape {
                $($shape_show $shape_field = $shape_wire $(| $shape_other)* $(in $shape_member)?,)*
                ..unknown_members
            });

            const _: () = {
                $($crate::is_answer_field::<$shape_type>();)*
            };
        )+

        $crate::object!(request $request; $($shape),+);
    };
    (@first $output:ident $($shape:ident)*) => { $output };
    (@method GET) => { $crate::Method::Get };
    (@method POST) => { $crate::Method::Post };
    (@method PUT) => { $crate::Method::Put };
    (@method DELETE) => { $crate::Method::Delete };
    (@body) => { $crate::BodyFormat::None };
    (@body form) => { $crate::BodyFormat::Form };
    (@body json) => { $crate::BodyFormat::Json };
    (@body raw) => { $crate::BodyFormat::Raw };
}
