#pragma once

#include "app/simulator/text.h"

#include <memory>

namespace drover::simulator {

/// The RSA key that tokens are signed with; the same secret makes the same key.
class SigningKey {
public:
    explicit SigningKey(std::string_view secret);

    std::string sign(std::string_view text) const;
    bool verifies(std::string_view text, std::string_view signature) const;
    std::string id() const;
    /// The public half, as a JSON Web Key.
    Json publicKey() const;

private:
    std::shared_ptr<void> m_key;
    std::string m_modulus;
};

} // namespace drover::simulator
