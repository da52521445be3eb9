//! The implemented operations.
//!
//! Each product has a table; a test compares its names with the spec. Other operations of the spec answer
//! `Local.NotImplemented`.

use sae_models::sae::{
    AbortAndRollbackChangeOrder, AbortChangeOrder, BindSlb, ConfirmPipelineBatch, CreateApplication,
    CreateNamespace, DeleteApplication, DeleteNamespace, DeployApplication, DescribeApplicationConfig,
    DescribeApplicationGroups, DescribeApplicationImage, DescribeApplicationInstances,
    DescribeApplicationSlbs, DescribeApplicationStatus, DescribeChangeOrder, DescribeComponents,
    DescribeEdasContainers, DescribeInstanceLog, DescribeInstanceSpecifications, DescribeNamespace,
    DescribeNamespaceList, DescribeNamespaces, DescribePipeline, DescribeRegions, ListAppEvents,
    ListApplications, ListChangeOrders, ListConsumedServices, ListLogConfigs, ListPublishedServices,
    QueryResourceStatics, RescaleApplication, RescaleApplicationVertically, RestartApplication,
    StartApplication, StopApplication, UnbindSlb, UpdateApplicationDescription, UpdateNamespace,
};
use sae_models::{edas, sae};
use sae_transport::{Registered, Service};

use crate::handlers::call::{Handler, handler};
use crate::handlers::edas::handler as of_edas;

/// A version of a service with its operations.
#[derive(Debug)]
pub struct Product {
    /// The service.
    pub service: &'static Service,
    /// All its operations in the spec.
    pub registered: &'static [&'static [Registered]],
    /// The implemented operations.
    pub operations: &'static [(&'static str, Handler)],
}

impl Product {
    /// The handler of an operation; none if it isn't implemented.
    pub fn handler(&self, name: &str) -> Option<Handler> {
        self.operations.iter().find(|(implemented, _)| *implemented == name).map(|(_, handler)| *handler)
    }
}

/// The products of this server.
pub static PRODUCTS: &[Product] = &[
    Product { service: &sae::SERVICE, registered: sae::OPERATIONS, operations: SAE_OPERATIONS },
    Product { service: &edas::SERVICE, registered: edas::OPERATIONS, operations: EDAS_OPERATIONS },
];

/// The operations that this server implements: the product and the wire name of each.
///
/// ```
/// assert!(sae_local::implemented().any(|operation| operation == ("sae", "CreateApplication")));
/// ```
pub fn implemented() -> impl Iterator<Item = (&'static str, &'static str)> {
    PRODUCTS
        .iter()
        .flat_map(|product| product.operations.iter().map(|(name, _)| (product.service.product, *name)))
}

/// The implemented operations of SAE.
pub static SAE_OPERATIONS: &[(&str, Handler)] = &[
    ("CreateNamespace", handler::<CreateNamespace>),
    ("DeleteNamespace", handler::<DeleteNamespace>),
    ("DescribeNamespace", handler::<DescribeNamespace>),
    ("DescribeNamespaces", handler::<DescribeNamespaces>),
    ("UpdateNamespace", handler::<UpdateNamespace>),
    ("DescribeNamespaceList", handler::<DescribeNamespaceList>),
    ("DescribeApplicationConfig", handler::<DescribeApplicationConfig>),
    ("DescribeRegions", handler::<DescribeRegions>),
    ("DescribeInstanceLog", handler::<DescribeInstanceLog>),
    ("DescribeComponents", handler::<DescribeComponents>),
    ("DescribeEdasContainers", handler::<DescribeEdasContainers>),
    ("DescribeApplicationImage", handler::<DescribeApplicationImage>),
    ("DescribeApplicationInstances", handler::<DescribeApplicationInstances>),
    ("DescribeApplicationGroups", handler::<DescribeApplicationGroups>),
    ("ListApplications", handler::<ListApplications>),
    ("QueryResourceStatics", handler::<QueryResourceStatics>),
    ("ListLogConfigs", handler::<ListLogConfigs>),
    ("DescribeApplicationStatus", handler::<DescribeApplicationStatus>),
    ("DeployApplication", handler::<DeployApplication>),
    ("CreateApplication", handler::<CreateApplication>),
    ("DeleteApplication", handler::<DeleteApplication>),
    ("StopApplication", handler::<StopApplication>),
    ("RescaleApplicationVertically", handler::<RescaleApplicationVertically>),
    ("StartApplication", handler::<StartApplication>),
    ("ConfirmPipelineBatch", handler::<ConfirmPipelineBatch>),
    ("ListChangeOrders", handler::<ListChangeOrders>),
    ("AbortAndRollbackChangeOrder", handler::<AbortAndRollbackChangeOrder>),
    ("DescribeChangeOrder", handler::<DescribeChangeOrder>),
    ("DescribeInstanceSpecifications", handler::<DescribeInstanceSpecifications>),
    ("RescaleApplication", handler::<RescaleApplication>),
    ("RestartApplication", handler::<RestartApplication>),
    ("AbortChangeOrder", handler::<AbortChangeOrder>),
    ("BindSlb", handler::<BindSlb>),
    ("UnbindSlb", handler::<UnbindSlb>),
    ("DescribeApplicationSlbs", handler::<DescribeApplicationSlbs>),
    ("ListConsumedServices", handler::<ListConsumedServices>),
    ("ListPublishedServices", handler::<ListPublishedServices>),
    ("DescribePipeline", handler::<DescribePipeline>),
    ("ListAppEvents", handler::<ListAppEvents>),
    ("UpdateApplicationDescription", handler::<UpdateApplicationDescription>),
];

/// The implemented operations of EDAS.
pub static EDAS_OPERATIONS: &[(&str, Handler)] = &[
    ("InsertK8sApplication", of_edas::<edas::InsertK8sApplication>),
    ("DeployK8sApplication", of_edas::<edas::DeployK8sApplication>),
    ("GetK8sApplication", of_edas::<edas::GetK8sApplication>),
    ("ListApplication", of_edas::<edas::ListApplication>),
    ("DeleteK8sApplication", of_edas::<edas::DeleteK8sApplication>),
    ("ScaleK8sApplication", of_edas::<edas::ScaleK8sApplication>),
    ("StartK8sApplication", of_edas::<edas::StartK8sApplication>),
    ("StopK8sApplication", of_edas::<edas::StopK8sApplication>),
    ("RestartK8sApplication", of_edas::<edas::RestartK8sApplication>),
    ("GetChangeOrderInfo", of_edas::<edas::GetChangeOrderInfo>),
    ("ListRecentChangeOrder", of_edas::<edas::ListRecentChangeOrder>),
    ("ContinuePipeline", of_edas::<edas::ContinuePipeline>),
    ("AbortChangeOrder", of_edas::<edas::AbortChangeOrder>),
    ("AbortAndRollbackChangeOrder", of_edas::<edas::AbortAndRollbackChangeOrder>),
    ("GetAppDeployment", of_edas::<edas::GetAppDeployment>),
    ("DescribeAppInstanceList", of_edas::<edas::DescribeAppInstanceList>),
    ("GetJavaStartUpConfig", of_edas::<edas::GetJavaStartUpConfig>),
    ("GetK8sCluster", of_edas::<edas::GetK8sCluster>),
    ("ListK8sNamespaces", of_edas::<edas::ListK8sNamespaces>),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::PRODUCTS;

    #[test]
    fn the_guide_counts_them() {
        let page = include_str!("../../../../docs/guide/src/local-server.md");
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let [sae, edas] = PRODUCTS else { panic!("two products") };
        let later = ["DescribePipeline", "ListAppEvents", "UpdateApplicationDescription"];
        assert!(later.iter().all(|name| sae.handler(name).is_some()));
        let (sae, edas) = (sae.operations.len() - later.len(), edas.operations.len());
        assert!(
            page.contains(&format!(
                "The {sae} operations of the SAE document of 2019, `DescribePipeline`, `ListAppEvents` and \
                 `UpdateApplicationDescription`, and {edas} operations of EDAS on Kubernetes"
            )),
            "{sae} and {edas}"
        );
    }

    #[test]
    fn every_name_is_an_operation_of_the_spec() {
        for product in PRODUCTS {
            let spec: BTreeSet<_> =
                product.registered.iter().copied().flatten().map(|o| o.description.name).collect();
            let names: BTreeSet<_> = product.operations.iter().map(|(name, _)| *name).collect();
            assert_eq!(names.len(), product.operations.len(), "an operation stands twice");
            assert_eq!(names.difference(&spec).count(), 0);
        }
    }
}
