#pragma once

#include <string>

namespace drover::fuzz {

// Each is given to a whole local Azure, which lives on from one text to the next.

/// A request as it comes over the wire, head and body.
void httpMessage(const std::string &text);
/// A scenario file.
void scenario(const std::string &text);
/// What `/_sim/` takes: fault rules, behaviors, the clock, failovers.
void faultRule(const std::string &text);
/// An individual enrollment, a group, and a query over them.
void enrollment(const std::string &text);
/// A device that registers.
void registration(const std::string &text);
/// The twin of a device and of a module, an identity, a direct method.
void twin(const std::string &text);
/// Many identities or enrollments at once.
void bulk(const std::string &text);
/// A scheduled job, which is run to its end.
void job(const std::string &text);
/// A resource of the management plane.
void arm(const std::string &text);

} // namespace drover::fuzz
