#pragma once

#include "app/simulator/armdesk.h"

namespace drover::simulator {

/// Resource Graph: queries over all resources.
class ArmGraph {
public:
    ArmGraph(ArmDesk &desk, std::function<std::vector<Json>()> resources);

private:
    struct Page {
        std::size_t top = 100;
        std::size_t skip = 0;
        bool table = false;
    };

    Response answer(const Call &call);
    Response query(const Call &call);
    static std::optional<Page> page(const Json &options);
    std::vector<Json> rows(const Json &body) const;

    ArmDesk &m_desk;
    std::function<std::vector<Json>()> m_resources;
    /// What each caller asked lately.
    std::map<std::string, std::deque<Millis>> m_asked;
};

} // namespace drover::simulator
