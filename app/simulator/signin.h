#pragma once

#include "app/simulator/text.h"

#include <deque>
#include <map>

namespace drover::simulator {

/// A map that forgets its oldest entries, so that nobody can make it grow for ever.
template <typename Value>
class Remembered {
public:
    Value &add(const std::string &key, Value value)
    {
        constexpr std::size_t most = 10'000;
        m_order.push_back(key);
        if (m_order.size() > most) {
            m_values.erase(m_order.front());
            m_order.pop_front();
        }
        return m_values.insert_or_assign(key, std::move(value)).first->second;
    }
    Value *find(const std::string &key)
    {
        const auto found = m_values.find(key);
        return found == m_values.end() ? nullptr : &found->second;
    }
    void clear()
    {
        m_values.clear();
        m_order.clear();
    }
    const std::map<std::string, Value> &all() const { return m_values; }
    std::map<std::string, Value> &all() { return m_values; }

private:
    std::map<std::string, Value> m_values;
    std::deque<std::string> m_order;
};

/// Somebody was told to type a code elsewhere. Known by its device code.
struct DeviceSignIn {
    enum class State : std::uint8_t { Pending, Approved, Declined, Expired, Redeemed };

    std::string userCode;
    std::string application;
    std::string scope;
    State state = State::Pending;
    std::int64_t expires = 0;
    Millis interval = 0;
    /// By the simulated clock and, in seconds, by the real one.
    Millis polled = 0;
    std::int64_t polledReally = 0;
};

/// What an authorization code stands for. Known by the code.
struct CodeSignIn {
    std::string application;
    std::string scope;
    std::string redirectUri;
    std::string challenge;
    std::string nonce;
    std::int64_t expires = 0;
    bool hashed = false;
    bool redeemed = false;
};

/// What a refresh token stands for. Known by the token.
struct RefreshSignIn {
    std::string application;
    std::int64_t expires = 0;
};

/// The sign-ins that are under way, and those that may be renewed.
struct SignIns {
    /// Whether the person at the other end approves by himself.
    bool automatic = true;
    Remembered<DeviceSignIn> devices;
    Remembered<CodeSignIn> codes;
    Remembered<RefreshSignIn> renewals;

    DeviceSignIn *byUserCode(std::string_view userCode);
};

/// "pending", as `/_sim/signin` tells it.
const char *stateText(DeviceSignIn::State state);

/// One resource and what is wanted of it, out of a scope parameter.
struct Scopes {
    std::string audience;
    std::string permission;
    bool openId = false;
    bool offline = false;
    /// AADSTS number, and the sentence with it; 0 if the scopes are fine.
    int errorCode = 0;
    std::string error;

    static Scopes parse(std::string_view text);
};

} // namespace drover::simulator
