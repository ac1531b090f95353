#include "app/simulator/crowd.h"

#include <algorithm>
#include <utility>

namespace drover::simulator {

bool Crowd::makeRoom()
{
    if (m_guests.size() < m_most)
        return true;
    const auto waitedFor = [](const Guest *one) { return one->m_deadline != Guest::Time::max(); };
    const auto oldest = std::ranges::find_if(m_guests, waitedFor);
    if (oldest == m_guests.end())
        return false;
    Guest &guest = **oldest;
    expectNothing(guest);
    guest.hangUp();
    // It leaves when its wait breaks off, a moment from now.
    return m_guests.size() < m_most + m_most / 8;
}

void Crowd::enter(Guest &guest)
{
    guest.m_place = m_guests.insert(m_guests.end(), &guest);
}

void Crowd::leave(Guest &guest)
{
    hold(guest, 0);
    m_guests.erase(guest.m_place);
}

void Crowd::expect(Guest &guest, std::chrono::milliseconds patience)
{
    guest.m_deadline = std::chrono::steady_clock::now() + patience;
    m_guests.splice(m_guests.end(), m_guests, guest.m_place);
}

void Crowd::hold(Guest &guest, std::size_t bytes)
{
    m_bytes = m_bytes - guest.m_bytes + bytes;
    guest.m_bytes = bytes;
    if (m_bytes > mostBytes)
        shedBytes(guest);
}

void Crowd::shedBytes(const Guest &except)
{
    for (Guest *one : m_guests) {
        if (m_bytes <= mostBytes)
            return;
        if (one == &except || one->m_deadline == Guest::Time::max() || one->m_bytes < muchForOne)
            continue;
        // They are as good as gone: nobody else has to go for them.
        m_bytes -= std::exchange(one->m_bytes, 0);
        expectNothing(*one);
        one->hangUp();
    }
}

void Crowd::sweep()
{
    const Guest::Time now = std::chrono::steady_clock::now();
    for (Guest *one : m_guests) {
        if (one->m_deadline >= now)
            continue;
        expectNothing(*one);
        one->hangUp();
    }
}

} // namespace drover::simulator
