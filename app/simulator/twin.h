#pragma once

#include "app/simulator/text.h"

#include <memory>

namespace drover::simulator {

/// A device twin's content. Devices of one kind share one until it is changed.
struct Twin {
    Json tags = Json::object();
    Json desired = Json::object();
    Json reported = Json::object();
    std::int64_t version = 2;
    std::int64_t desiredVersion = 1;
    std::int64_t reportedVersion = 1;
    Millis updated = 0;

    std::string etag() const;
    /// The members "version", "tags" and "properties" as JSON text without braces, written once.
    const std::string &text() const;

private:
    mutable std::string m_text;
};

using TwinRef = std::shared_ptr<const Twin>;

/// Applies a JSON merge patch: null removes.
void mergePatch(Json &target, const Json &patch);
/// A fresh twin as an enrollment's initialTwin describes it.
TwinRef initialTwin(const Json &enrollment, Millis now);
/// `twin` with the change of a PATCH (or, replacing, a PUT) of the service applied.
TwinRef changedTwin(const Twin &twin, const Json &change, bool replace, Millis now);

} // namespace drover::simulator
