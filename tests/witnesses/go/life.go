package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/edas"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/sae"
)

const (
	firstImage  = "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:1"
	nextImage   = "registry-vpc.cn-hangzhou.aliyuncs.com/demo/shop:2"
	nobody      = "00000000-0000-0000-0000-000000000000"
	name        = "Orders & more = 100%? a+b ~*/ 'c' (d) für 测试"
	twoByHand   = `{"type":"BatchUpdate","batchUpdate":{"batch":2,"releaseType":"manual","batchWaitTime":1}}`
	lifeTimeout = 10 * time.Second
	// What change orders are at.
	succeeded = 2
	aborted   = 6
	waiting   = 8
)

// life drives one local server with one client of each product.
type life struct {
	sae  *sae.Client
	edas *edas.Client
	host string
}

// lives runs the life of an application of each product, and what is refused.
func lives(t *tally, program string) error {
	return withLocalServer(program, func(host string) error {
		forSae, forEdas, err := clients()
		if err != nil {
			return err
		}
		l := &life{forSae, forEdas, host}
		t.check("a namespace is written, read, listed and deleted", l.namespace)
		t.check("an application of SAE lives from its creation to its deletion", l.application)
		t.check("a rollback restores the former image", l.rollback)
		t.check("config maps and secrets are written and read", l.configuration)
		t.check("applications are tagged and found by their tags", l.tags)
		t.check("a refusal is an error with its code, message and status", l.refusal)
		t.check("a wrong secret is refused", l.wrongSecret)
		t.check("an application of EDAS lives from its creation to its deletion", l.kubernetes)
		return nil
	})
}

func (l *life) namespace() error {
	id := region + ":go"
	create := sae.CreateCreateNamespaceRequest()
	create.NamespaceId, create.NamespaceName = id, name
	created, err := l.sae.CreateNamespace(at(l, create))
	if err != nil {
		return err
	}
	if created.Data.NamespaceName != name {
		return fmt.Errorf("created %q", created.Data.NamespaceName)
	}
	update := sae.CreateUpdateNamespaceRequest()
	update.NamespaceId, update.NamespaceName, update.NamespaceDescription = id, "Orders", "new"
	if _, err := l.sae.UpdateNamespace(at(l, update)); err != nil {
		return err
	}
	list := sae.CreateDescribeNamespacesRequest()
	list.CurrentPage, list.PageSize = requests.NewInteger(1), requests.NewInteger(100)
	listed, err := l.sae.DescribeNamespaces(at(l, list))
	if err != nil {
		return err
	}
	found := false
	for _, namespace := range listed.Data.Namespaces {
		found = found || namespace.NamespaceId == id && namespace.NamespaceName == "Orders"
	}
	if !found {
		return fmt.Errorf("listed %+v", listed.Data.Namespaces)
	}
	remove := sae.CreateDeleteNamespaceRequest()
	remove.NamespaceId = id
	if _, err := l.sae.DeleteNamespace(at(l, remove)); err != nil {
		return err
	}
	read := sae.CreateDescribeNamespaceRequest()
	read.NamespaceId = id
	_, err = l.sae.DescribeNamespace(at(l, read))
	return refused(err, "InvalidNamespaceId.NotFound", 404)
}

func (l *life) application() error {
	app, err := l.create("go-life")
	if err != nil {
		return err
	}
	if err := l.is(app, "RUNNING", 2); err != nil {
		return err
	}
	order, pipeline, err := l.halfDeployed(app)
	if err != nil {
		return err
	}
	restart := sae.CreateRestartApplicationRequest()
	restart.AppId = app
	_, busy := l.sae.RestartApplication(at(l, restart))
	if err := refused(busy, "Application.ChangerOrderRunning", 400); err != nil {
		return err
	}
	confirm := sae.CreateConfirmPipelineBatchRequest()
	confirm.PipelineId, confirm.Confirm = pipeline, requests.NewBoolean(true)
	if _, err := l.sae.ConfirmPipelineBatch(at(l, confirm)); err != nil {
		return err
	}
	if _, err := l.reaches(order, succeeded); err != nil {
		return err
	}
	if err := l.configured(app, nextImage); err != nil {
		return err
	}
	restarted, err := l.sae.RestartApplication(at(l, restart))
	if err != nil {
		return err
	}
	if _, err := l.reaches(restarted.Data.ChangeOrderId, succeeded); err != nil {
		return err
	}
	rescale := sae.CreateRescaleApplicationRequest()
	rescale.AppId, rescale.Replicas = app, requests.NewInteger(3)
	rescaled, err := l.sae.RescaleApplication(at(l, rescale))
	if err != nil {
		return err
	}
	if _, err := l.reaches(rescaled.Data.ChangeOrderId, succeeded); err != nil {
		return err
	}
	stop := sae.CreateStopApplicationRequest()
	stop.AppId = app
	stopped, err := l.sae.StopApplication(at(l, stop))
	if err != nil {
		return err
	}
	if _, err := l.reaches(stopped.Data.ChangeOrderId, succeeded); err != nil {
		return err
	}
	if err := l.is(app, "STOPPED", 0); err != nil {
		return err
	}
	start := sae.CreateStartApplicationRequest()
	start.AppId = app
	started, err := l.sae.StartApplication(at(l, start))
	if err != nil {
		return err
	}
	if _, err := l.reaches(started.Data.ChangeOrderId, succeeded); err != nil {
		return err
	}
	if err := l.is(app, "RUNNING", 3); err != nil {
		return err
	}
	history := sae.CreateListChangeOrdersRequest()
	history.AppId, history.CurrentPage, history.PageSize = app, requests.NewInteger(1), requests.NewInteger(10)
	orders, err := l.sae.ListChangeOrders(at(l, history))
	if err != nil {
		return err
	}
	if count := len(orders.Data.ChangeOrderList); count != 6 {
		return fmt.Errorf("%d change orders: %+v", count, orders.Data.ChangeOrderList)
	}
	remove := sae.CreateDeleteApplicationRequest()
	remove.AppId = app
	removed, err := l.sae.DeleteApplication(at(l, remove))
	if err != nil {
		return err
	}
	if _, err := l.reaches(removed.Data.ChangeOrderId, succeeded); err != nil {
		return err
	}
	return refused(l.is(app, "", 0), "InvalidApplication.NotFound", 400)
}

func (l *life) rollback() error {
	app, err := l.create("go-rollback")
	if err != nil {
		return err
	}
	order, _, err := l.halfDeployed(app)
	if err != nil {
		return err
	}
	back := sae.CreateAbortAndRollbackChangeOrderRequest()
	back.ChangeOrderId = order
	if _, err := l.sae.AbortAndRollbackChangeOrder(at(l, back)); err != nil {
		return err
	}
	if _, err := l.reaches(order, aborted); err != nil {
		return err
	}
	status := sae.CreateDescribeApplicationStatusRequest()
	status.AppId = app
	found, err := l.sae.DescribeApplicationStatus(at(l, status))
	if err != nil {
		return err
	}
	if _, err := l.reaches(found.Data.LastChangeOrderId, succeeded); err != nil {
		return err
	}
	return l.configured(app, firstImage)
}

func (l *life) configuration() error {
	create := sae.CreateCreateConfigMapRequest()
	create.Name, create.NamespaceId, create.Data = "go", region, `{"greeting":"hallo \"Welt\" & 世界"}`
	created, err := l.sae.CreateConfigMap(at(l, create))
	if err != nil {
		return err
	}
	read := sae.CreateDescribeConfigMapRequest()
	read.ConfigMapId = requests.NewInteger64(created.Data.ConfigMapId)
	found, err := l.sae.DescribeConfigMap(at(l, read))
	if err != nil {
		return err
	}
	if greeting := found.Data.Data["greeting"]; greeting != `hallo "Welt" & 世界` {
		return fmt.Errorf("the config map holds %v", found.Data.Data)
	}
	secret := sae.CreateCreateSecretRequest()
	secret.SecretName, secret.NamespaceId, secret.SecretType = "go", region, "Opaque"
	secret.SecretData = `{"SecretData":"{\"password\":\"p\"}"}`
	if _, err := l.sae.CreateSecret(at(l, secret)); err != nil {
		return err
	}
	list := sae.CreateListSecretsRequest()
	list.NamespaceId = region
	listed, err := l.sae.ListSecrets(at(l, list))
	if err != nil {
		return err
	}
	if count := len(listed.Data.Secrets); count != 1 {
		return fmt.Errorf("%d secrets", count)
	}
	return nil
}

func (l *life) tags() error {
	app, err := l.create("go-tags")
	if err != nil {
		return err
	}
	put := sae.CreateTagResourcesRequest()
	put.ResourceType, put.ResourceIds, put.Tags = "application", `["`+app+`"]`, `[{"Key":"team","Value":"Läden"}]`
	if _, err := l.sae.TagResources(at(l, put)); err != nil {
		return err
	}
	list := sae.CreateListTagResourcesRequest()
	list.ResourceType, list.ResourceIds = "application", `["`+app+`"]`
	listed, err := l.sae.ListTagResources(at(l, list))
	if err != nil {
		return err
	}
	tags := listed.Data.TagResources
	if len(tags) != 1 || tags[0].TagKey != "team" || tags[0].TagValue != "Läden" || tags[0].ResourceId != app {
		return fmt.Errorf("tagged with %+v", tags)
	}
	remove := sae.CreateUntagResourcesRequest()
	remove.ResourceType, remove.ResourceIds, remove.DeleteAll = "application", `["`+app+`"]`, requests.NewBoolean(true)
	if _, err := l.sae.UntagResources(at(l, remove)); err != nil {
		return err
	}
	listed, err = l.sae.ListTagResources(at(l, list))
	if err == nil && len(listed.Data.TagResources) != 0 {
		err = fmt.Errorf("still tagged with %+v", listed.Data.TagResources)
	}
	return err
}

func (l *life) refusal() error {
	return refused(l.is(nobody, "", 0), "InvalidApplication.NotFound", 400)
}

func (l *life) wrongSecret() error {
	config := sdk.NewConfig().WithAutoRetry(false)
	stranger, err := sae.NewClientWithOptions(region, config, credentials.NewAccessKeyCredential(accessKey, "wrong"))
	if err != nil {
		return err
	}
	status := sae.CreateDescribeApplicationStatusRequest()
	status.AppId = nobody
	_, err = stranger.DescribeApplicationStatus(at(l, status))
	return refused(err, "SignatureDoesNotMatch", 400)
}

func (l *life) kubernetes() error {
	clusters := edas.CreateGetK8sClusterRequest()
	clusters.RegionTag = region
	found, err := l.edas.GetK8sCluster(at(l, clusters))
	if err != nil {
		return err
	}
	create := edas.CreateInsertK8sApplicationRequest()
	create.AppName, create.ClusterId, create.PackageType = "go-life", found.ClusterPage.ClusterList.Cluster[0].ClusterId, "Image"
	create.ImageUrl, create.Replicas = firstImage, requests.NewInteger(2)
	created, err := l.edas.InsertK8sApplication(at(l, create))
	if err != nil {
		return err
	}
	app := created.ApplicationInfo.AppId
	if err := l.ends(created.ApplicationInfo.ChangeOrderId); err != nil {
		return err
	}
	deploy := edas.CreateDeployK8sApplicationRequest()
	deploy.AppId, deploy.Image = app, nextImage
	deployed, err := l.edas.DeployK8sApplication(at(l, deploy))
	if err != nil {
		return err
	}
	if err := l.ends(deployed.ChangeOrderId); err != nil {
		return err
	}
	read := edas.CreateGetK8sApplicationRequest()
	read.AppId = app
	described, err := l.edas.GetK8sApplication(at(l, read))
	if err != nil {
		return err
	}
	if image := described.Applcation.ImageInfo.ImageUrl; image != nextImage {
		return fmt.Errorf("it has the image %q", image)
	}
	remove := edas.CreateDeleteK8sApplicationRequest()
	remove.AppId = app
	removed, err := l.edas.DeleteK8sApplication(at(l, remove))
	if err != nil {
		return err
	}
	return l.ends(removed.ChangeOrderId)
}

// create makes an application with two instances that run; its identifier.
func (l *life) create(name string) (string, error) {
	create := sae.CreateCreateApplicationRequest()
	create.AppName, create.NamespaceId, create.PackageType, create.ImageUrl = name, region, "Image", firstImage
	create.Replicas, create.Cpu, create.Memory = requests.NewInteger(2), requests.NewInteger(1000), requests.NewInteger(2048)
	create.Deploy = requests.NewBoolean(true)
	created, err := l.sae.CreateApplication(at(l, create))
	if err != nil {
		return "", err
	}
	_, err = l.reaches(created.Data.ChangeOrderId, succeeded)
	return created.Data.AppId, err
}

// halfDeployed deploys an application in two batches, the second of which waits; the change order and that pipeline.
func (l *life) halfDeployed(app string) (string, string, error) {
	deploy := sae.CreateDeployApplicationRequest()
	deploy.AppId, deploy.ImageUrl, deploy.UpdateStrategy = app, nextImage, twoByHand
	deployed, err := l.sae.DeployApplication(at(l, deploy))
	if err != nil {
		return "", "", err
	}
	pipeline, err := l.reaches(deployed.Data.ChangeOrderId, waiting)
	return deployed.Data.ChangeOrderId, pipeline, err
}

// reaches waits until a change order of SAE has a status; its current pipeline.
func (l *life) reaches(order string, status int) (string, error) {
	for deadline := time.Now().Add(lifeTimeout); ; time.Sleep(20 * time.Millisecond) {
		read := sae.CreateDescribeChangeOrderRequest()
		read.ChangeOrderId = order
		found, err := l.sae.DescribeChangeOrder(at(l, read))
		if err != nil || found.Data.Status == status {
			return found.Data.CurrentPipelineId, err
		}
		if time.Now().After(deadline) {
			return "", fmt.Errorf("%s is at status %d, not %d", found.Data.CoTypeCode, found.Data.Status, status)
		}
	}
}

// ends waits until a change order of EDAS has succeeded.
func (l *life) ends(order string) error {
	for deadline := time.Now().Add(lifeTimeout); ; time.Sleep(20 * time.Millisecond) {
		read := edas.CreateGetChangeOrderInfoRequest()
		read.ChangeOrderId = order
		found, err := l.edas.GetChangeOrderInfo(at(l, read))
		if err != nil || found.ChangeOrderInfo.Status == succeeded {
			return err
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s is at status %d", found.ChangeOrderInfo.CoType, found.ChangeOrderInfo.Status)
		}
	}
}

func (l *life) is(app, status string, instances int) error {
	read := sae.CreateDescribeApplicationStatusRequest()
	read.AppId = app
	found, err := l.sae.DescribeApplicationStatus(at(l, read))
	if err != nil {
		return err
	}
	if found.Data.CurrentStatus != status || found.Data.RunningInstances != instances {
		return fmt.Errorf("it is %s with %d instances", found.Data.CurrentStatus, found.Data.RunningInstances)
	}
	return nil
}

func (l *life) configured(app, image string) error {
	read := sae.CreateDescribeApplicationConfigRequest()
	read.AppId = app
	found, err := l.sae.DescribeApplicationConfig(at(l, read))
	if err == nil && found.Data.ImageUrl != image {
		err = fmt.Errorf("it has the image %q", found.Data.ImageUrl)
	}
	return err
}

// at addresses a request to the local server.
func at[R requests.AcsRequest](l *life, request R) R {
	request.SetDomain(l.host)
	request.SetScheme(requests.HTTP)
	return request
}

// refused asserts that an error is the service's refusal with this code and status.
func refused(err error, code string, status int) error {
	var refusal sdkerrors.Error
	if errors.As(err, &refusal) && refusal.ErrorCode() == code && refusal.HttpStatus() == status {
		return nil
	}
	return fmt.Errorf("it should be refused with %s: %v", code, err)
}
