#pragma once

#include "app/simulator/entraforms.h"
#include "app/simulator/service.h"
#include "app/simulator/signin.h"

namespace drover::simulator {

/// An app registration.
struct Application {
    std::string id;
    std::string name;
    /// Empty if the application has none.
    std::string secret;
};

/// Sign-in: of a service principal by its secret, of a person by device code or in the browser.
class Entra : public Service {
public:
    explicit Entra(World &world);

    std::string name() const override { return "entra"; }
    std::optional<Response> refuse(Call &call, const Route &route) override;
    Response reject(int status, const std::string &message) override;
    bool wantsJson(const Route &) const override { return false; }

    /// `/_sim/signin`: what the person does whom nobody sees here.
    Response shownSignIns() const;
    Response setApproval(const Call &call);
    Response answerDeviceCode(const Call &call);
    Response revoke();

private:
    // What there is
    Response configuration(const Call &call) const;
    Response instances(const Call &call) const;

    // In the browser
    Response authorize(const Call &call);
    Response page(const Call &call, const std::string &sentence, int status) const;
    Response askThePerson(const Call &call) const;
    Response sendBack(const Call &call, const FormFields &parameters) const;
    Response sendBackError(const Call &call, const std::string &name, int code, const std::string &message) const;

    // The token endpoint
    Response token(const Call &call);
    Response byClientCredentials(const Call &call, const FormFields &form);
    Response byDeviceCode(const Call &call, const FormFields &form, const Application &application);
    Response byAuthorizationCode(const Call &call, const FormFields &form, const Application &application);
    Response byRefreshToken(const Call &call, const FormFields &form, const Application &application);
    Response startDeviceCode(const Call &call);
    Response personsTokens(
        const Call &call, const Application &application, const std::string &scope, const std::string &nonce);
    Json idToken(const Application &application, const std::string &nonce, std::int64_t now) const;
    std::string clientInfo() const;

    const Application *application(const std::string &id) const;
    std::optional<Response> wrongTenant(const Call &call) const;
    std::optional<Response> wrongSecret(const Call &call, const FormFields &form, const Application &application) const;
    Response error(
        const Call &call, const std::string &name, int code, const std::string &message, int status = 400) const;
    std::string code(const char *prefix);

    std::vector<Application> m_applications;
    SignIns m_signIns;
};

} // namespace drover::simulator
