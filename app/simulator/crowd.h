#pragma once

#include <chrono>
#include <list>

namespace drover::simulator {

/// One client that is connected. Who is waited for has a deadline.
class Guest {
public:
    Guest() = default;
    virtual ~Guest() = default;
    Guest(const Guest &) = delete;
    Guest &operator=(const Guest &) = delete;

    /// Breaks off whatever is waited for.
    virtual void hangUp() = 0;

private:
    friend class Crowd;
    using Time = std::chrono::steady_clock::time_point;

    /// Time::max() while nothing is waited for.
    Time m_deadline = Time::max();
    std::size_t m_bytes = 0;
    std::list<Guest *>::iterator m_place;
};

/// All clients. When they are too many, or hold too many bytes, those that were waited for longest have to go.
class Crowd {
public:
    explicit Crowd(std::size_t most)
        : m_most(most)
    {
    }

    /// Whether there is room for one more; somebody may have to leave for it.
    bool makeRoom();
    void enter(Guest &guest);
    void leave(Guest &guest);
    /// From now on the client is waited for so long.
    void expect(Guest &guest, std::chrono::milliseconds patience);
    /// The client has done its part for now.
    void expectNothing(Guest &guest) { guest.m_deadline = Guest::Time::max(); }
    /// What is kept for the client: the part of a request that came, or an answer that it does not take.
    void hold(Guest &guest, std::size_t bytes);
    /// Hangs up on those whose time is over; to be called now and then while anybody is there.
    void sweep();
    bool empty() const { return m_guests.empty(); }

private:
    static constexpr std::size_t mostBytes = 128 << 20;
    /// Who holds less is not worth hanging up on.
    static constexpr std::size_t muchForOne = 64 << 10;

    void shedBytes(const Guest &except);

    const std::size_t m_most;
    /// Who was waited for longest comes first.
    std::list<Guest *> m_guests;
    std::size_t m_bytes = 0;
};

} // namespace drover::simulator
