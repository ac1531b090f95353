#pragma once

#include "app/simulator/service.h"

namespace drover::simulator {

/// Sign-in of a service principal.
class Entra : public Service {
public:
    explicit Entra(World &world);

    std::string name() const override { return "entra"; }
    std::optional<Response> refuse(Call &, const Route &) override { return std::nullopt; }
    Response reject(int status, const std::string &message) override;
    bool wantsJson(const Route &) const override { return false; }

private:
    Response configuration(const Call &call) const;
    Response token(const Call &call) const;
    Response error(const std::string &name, int code, const std::string &message, int status = 400) const;
};

} // namespace drover::simulator
