// Whole lives of every object, lived by GitLab's own Go client. Argument: the address. The token is in the environment.
package main

import (
	"fmt"
	"net/http"
	"os"

	gitlab "gitlab.com/gitlab-org/api/client-go"
)

const shop, acme = "acme/shop", "acme"

func main() {
	api, err := gitlab.NewClient(os.Getenv("GITLAB_TOKEN"), gitlab.WithBaseURL(os.Args[1]), gitlab.WithCustomRetryMax(0))
	must(err)
	user, _, err := api.Users.CurrentUser()
	must(err)
	check(user.Username == "olivia", user.Username)
	environments(api)
	protections(api, user.ID)
	deployments(api)
	pipelines(api)
	fmt.Println("lived")
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func check(holds bool, what any) {
	if !holds {
		panic(what)
	}
}

func refused(code int, answer *gitlab.Response, err error) {
	check(err != nil && answer != nil && answer.StatusCode == code, fmt.Sprint(code, ": ", err))
}

func environments(api *gitlab.Client) {
	for n := range 3 {
		_, _, err := api.Environments.CreateEnvironment(shop, &gitlab.CreateEnvironmentOptions{Name: gitlab.Ptr(fmt.Sprintf("review/%d", n))})
		must(err)
	}
	all, answer, err := api.Environments.ListEnvironments(shop, &gitlab.ListEnvironmentsOptions{ListOptions: gitlab.ListOptions{PerPage: 2}})
	must(err)
	check(len(all) == 2 && answer.TotalItems == 3 && answer.NextPage == 2, answer)
	id := all[0].ID
	changed, _, err := api.Environments.EditEnvironment(shop, id, &gitlab.EditEnvironmentOptions{ExternalURL: gitlab.Ptr("https://one.example.com"), Tier: gitlab.Ptr("other")})
	must(err)
	check(changed.ExternalURL == "https://one.example.com" && changed.Tier == "other", changed)
	_, answer, err = api.Environments.CreateEnvironment(shop, &gitlab.CreateEnvironmentOptions{Name: gitlab.Ptr("review/0")})
	refused(http.StatusBadRequest, answer, err)
	answer, err = api.Environments.DeleteEnvironment(shop, id)
	refused(http.StatusForbidden, answer, err)
	stopped, _, err := api.Environments.StopEnvironment(shop, id, &gitlab.StopEnvironmentOptions{})
	must(err)
	check(stopped.State == "stopped", stopped)
	_, err = api.Environments.DeleteEnvironment(shop, id)
	must(err)
	_, answer, err = api.Environments.GetEnvironment(shop, id)
	refused(http.StatusNotFound, answer, err)
}

func protections(api *gitlab.Client, user int64) {
	levels := []*gitlab.EnvironmentAccessOptions{{AccessLevel: gitlab.Ptr(gitlab.MaintainerPermissions)}, {UserID: gitlab.Ptr(user)}}
	rules := []*gitlab.EnvironmentApprovalRuleOptions{{AccessLevel: gitlab.Ptr(gitlab.DeveloperPermissions), RequiredApprovalCount: gitlab.Ptr(int64(2))}}
	made, _, err := api.ProtectedEnvironments.ProtectRepositoryEnvironments(shop, &gitlab.ProtectRepositoryEnvironmentsOptions{
		Name: gitlab.Ptr("review/1"), DeployAccessLevels: &levels, ApprovalRules: &rules,
	})
	must(err)
	check(len(made.DeployAccessLevels) == 2 && made.ApprovalRules[0].RequiredApprovalCount == 2, made)
	read, _, err := api.ProtectedEnvironments.GetProtectedEnvironment(shop, "review/1")
	must(err)
	check(read.Name == "review/1", read)
	changed, _, err := api.ProtectedEnvironments.UpdateProtectedEnvironments(shop, "review/1", &gitlab.UpdateProtectedEnvironmentsOptions{
		DeployAccessLevels: &[]*gitlab.UpdateEnvironmentAccessOptions{{ID: gitlab.Ptr(made.DeployAccessLevels[1].ID), Destroy: gitlab.Ptr(true)}},
	})
	must(err)
	check(len(changed.DeployAccessLevels) == 1, changed)
	_, err = api.ProtectedEnvironments.UnprotectEnvironment(shop, "review/1")
	must(err)

	groupLevels := []*gitlab.GroupEnvironmentAccessOptions{{AccessLevel: gitlab.Ptr(gitlab.MaintainerPermissions)}}
	tier, _, err := api.GroupProtectedEnvironments.ProtectGroupEnvironment(acme, &gitlab.ProtectGroupEnvironmentOptions{
		Name: gitlab.Ptr("production"), DeployAccessLevels: &groupLevels,
	})
	must(err)
	updated, _, err := api.GroupProtectedEnvironments.UpdateGroupProtectedEnvironment(acme, "production", &gitlab.UpdateGroupProtectedEnvironmentOptions{
		DeployAccessLevels: &[]*gitlab.UpdateGroupEnvironmentAccessOptions{
			{ID: gitlab.Ptr(tier.DeployAccessLevels[0].ID), Destroy: gitlab.Ptr(true)},
			{AccessLevel: gitlab.Ptr(gitlab.DeveloperPermissions)},
		},
	})
	must(err)
	check(updated.DeployAccessLevels[0].AccessLevel == gitlab.DeveloperPermissions, updated)
	all, _, err := api.GroupProtectedEnvironments.ListGroupProtectedEnvironments(acme, nil)
	must(err)
	check(len(all) == 1, all)
}

func deployments(api *gitlab.Client) {
	made, _, err := api.Deployments.CreateProjectDeployment(shop, &gitlab.CreateProjectDeploymentOptions{
		Environment: gitlab.Ptr("production"), Ref: gitlab.Ptr("main"), SHA: gitlab.Ptr("main"), Tag: gitlab.Ptr(false),
		Status: gitlab.Ptr(gitlab.DeploymentStatusRunning),
	})
	must(err)
	done, _, err := api.Deployments.UpdateProjectDeployment(shop, made.ID, &gitlab.UpdateProjectDeploymentOptions{Status: gitlab.Ptr(gitlab.DeploymentStatusSuccess)})
	must(err)
	check(done.Status == "success", done)
	all, _, err := api.Deployments.ListProjectDeployments(shop, &gitlab.ListProjectDeploymentsOptions{Environment: gitlab.Ptr("production")})
	must(err)
	check(len(all) == 1, all)
	answer, err := api.Deployments.ApproveOrRejectProjectDeployment(shop, made.ID, &gitlab.ApproveOrRejectProjectDeploymentOptions{Status: gitlab.Ptr(gitlab.DeploymentApprovalStatusApproved)})
	refused(http.StatusBadRequest, answer, err)
	answer, err = api.Deployments.DeleteProjectDeployment(shop, made.ID)
	refused(http.StatusBadRequest, answer, err)
	_, err = api.GroupProtectedEnvironments.UnprotectGroupEnvironment(acme, "production")
	must(err)
}

func pipelines(api *gitlab.Client) {
	variables := []*gitlab.PipelineVariableOptions{{Key: gitlab.Ptr("A"), Value: gitlab.Ptr("b")}}
	made, _, err := api.Pipelines.CreatePipeline(shop, &gitlab.CreatePipelineOptions{Ref: gitlab.Ptr("main"), Variables: &variables})
	must(err)
	for made.Status != "success" {
		made, _, err = api.Pipelines.GetPipeline(shop, made.ID)
		must(err)
	}
	held, _, err := api.Pipelines.GetPipelineVariables(shop, made.ID)
	must(err)
	check(len(held) == 1 && held[0].Key == "A", held)
	jobs, _, err := api.Jobs.ListPipelineJobs(shop, made.ID, nil)
	must(err)
	check(len(jobs) == 2, jobs)
	report, _, err := api.Pipelines.GetPipelineTestReport(shop, made.ID)
	must(err)
	check(report.TotalCount == 0, report)
	_, _, err = api.Pipelines.RetryPipelineBuild(shop, made.ID)
	must(err)
	_, _, err = api.Pipelines.CancelPipelineBuild(shop, made.ID)
	must(err)
	_, err = api.Pipelines.DeletePipeline(shop, made.ID)
	must(err)
	_, answer, err := api.Pipelines.CreatePipeline(shop, &gitlab.CreatePipelineOptions{Ref: gitlab.Ptr("nowhere")})
	refused(http.StatusBadRequest, answer, err)
}
